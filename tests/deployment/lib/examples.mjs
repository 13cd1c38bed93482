// The files of examples/deployment as a test uses them: unchanged but for paths, ports and users.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

export const read = (file) => readFileSync(`${root}/examples/deployment/${file}`, 'utf8');

/** The file with each text of `changes` replaced by another; one that is not in it is a mistake. */
export function example(file, changes) {
    let text = read(file);
    for (const [from, to] of Object.entries(changes)) {
        assert.ok(text.includes(from), `examples/deployment/${file} has no ${from}`);
        text = text.replaceAll(from, to);
    }
    return text;
}
