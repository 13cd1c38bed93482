// docs/DEPLOYMENT.md, which tells what each mistake looks like.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { root } from './examples.mjs';
import { until } from './processes.mjs';

export const text = readFileSync(`${root}/docs/DEPLOYMENT.md`, 'utf8');

/** What the document says, with this site's ports and paths in the place of its own. */
function here(site, message) {
    assert.ok(text.includes(message), `docs/DEPLOYMENT.md does not say: ${message}`);
    return message
        .replaceAll('8080', site.ports.reverb)
        .replaceAll('/var/www/app', site.app);
}

/** The message of the document comes to be in what `actual` returns. */
export async function says(site, actual, message) {
    const wanted = here(site, message);
    await until(() => `${wanted}\nBut: ${actual()}`, () => actual().includes(wanted));
}
