// The HTTP API, signed.
import { Raw, request } from './raw.mjs';
import { signedQuery } from './sign.mjs';

/** The bytes of a signed POST. `changes` as in signedQuery. */
export function signedPost(app, path, body, changes = {}, headers = {}) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return request(
        'POST',
        `${path}?${signedQuery(app, 'POST', path, text, changes)}`,
        { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...headers },
        text,
    );
}

export const eventsPath = (app) => `/apps/${app.app_id}/events`;

/** POST /apps/{id}/events on a connection of its own. */
export async function post(t, app, body, changes = {}) {
    return postTo(t, app, eventsPath(app), body, changes);
}

/** GET of a signed path, with further parameters. */
export async function get(t, app, path, parameters = {}, headers = {}) {
    const raw = new Raw(t);
    raw.write(request('GET', `${path}?${signedQuery(app, 'GET', path, '', parameters)}`, headers));
    const response = await raw.response();
    raw.socket.destroy();
    return response;
}

/** POST of a signed path. */
export async function postTo(t, app, path, body, changes = {}) {
    const raw = new Raw(t);
    raw.write(signedPost(app, path, body, changes));
    const response = await raw.response();
    raw.socket.destroy();
    return response;
}
