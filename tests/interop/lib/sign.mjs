// Signatures of the Pusher protocol.
import { createHash, createHmac } from 'node:crypto';

export const hmac = (secret, text) => createHmac('sha256', secret).update(text).digest('hex');
export const md5 = (text) => createHash('md5').update(text).digest('hex');

/** `auth` of a subscription, over its `channel_data` where it has any. */
export function channelAuth(app, socketId, channel, channelData) {
    const text = [socketId, channel, channelData].filter((part) => part !== undefined).join(':');
    return `${app.key}:${hmac(app.secret, text)}`;
}

/** The query of a signed request; `changes` replaces parameters, undefined leaves one out. */
export function signedQuery(app, method, path, body = '', changes = {}) {
    const given = {
        auth_key: app.key,
        auth_timestamp: String(Math.floor(Date.now() / 1000)),
        auth_version: '1.0',
        ...(body === '' ? {} : { body_md5: md5(body) }),
        ...changes,
    };
    const text = Object.keys(given)
        .filter((name) => given[name] !== undefined && name !== 'auth_signature')
        .sort()
        .map((name) => `${name}=${given[name]}`)
        .join('&');
    const signature =
        'auth_signature' in given ? given.auth_signature : hmac(app.secret, `${method}\n${path}\n${text}`);
    return signature === undefined ? text : `${text}&auth_signature=${signature}`;
}
