// The server under test and its applications.
import { readFileSync } from 'node:fs';

if (!process.env.INTEROP_URL) {
    throw new Error('INTEROP_URL is not set: run the cases by tests/interop/run');
}

export const url = new URL(process.env.INTEROP_URL);
export const host = url.hostname;
export const port = Number(url.port);

const list = JSON.parse(readFileSync(new URL('../apps.json', import.meta.url), 'utf8'));

export const apps = Object.fromEntries(list.map((app) => [app.app_id, app]));

let names = 0;

/** A channel name that no other case uses. */
export function unique(prefix = '') {
    names += 1;
    return `${prefix}case-${process.pid}-${names}`;
}
