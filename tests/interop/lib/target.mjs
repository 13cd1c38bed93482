// The server under test and its applications.
import { readFileSync } from 'node:fs';

if (!process.env.INTEROP_URL) {
    throw new Error('INTEROP_URL is not set: run the cases by tests/interop/run');
}

export const url = new URL(process.env.INTEROP_URL);
export const host = url.hostname;
export const port = Number(url.port || 80);

const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
const ours = read(new URL('../apps.json', import.meta.url));
// Another server may know them by other credentials, in the same order.
const theirs = process.env.INTEROP_APPS ? read(process.env.INTEROP_APPS) : [];

/** The applications, by the names that they have in apps.json. */
export const apps = Object.fromEntries(
    ours.map((app, index) => {
        const { app_id, key, secret } = { ...app, ...theirs[index] };
        return [app.app_id, { ...app, app_id, key, secret }];
    }),
);

let names = 0;

/** A channel name that no other case uses. */
export function unique(prefix = '') {
    names += 1;
    return `${prefix}case-${process.pid}-${names}`;
}
