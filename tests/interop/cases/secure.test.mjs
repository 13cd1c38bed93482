// TLS in the server itself, and a prefix of every route.
import assert from 'node:assert/strict';
import https from 'node:https';
import tls from 'node:tls';
import test from 'node:test';
import Pusher from 'pusher-js';
import { signedQuery } from '../lib/sign.mjs';
import { apps, unique } from '../lib/target.mjs';

const app = apps.interop;
const url = new URL(process.env.INTEROP_SECURE_URL);
const prefix = url.pathname;

/** The answer to one request of the prefixed API. */
function ask(method, path, body = '', signedPath = path) {
    const query = path.startsWith('/apps') ? `?${signedQuery(app, method, signedPath, body)}` : '';
    return new Promise((resolve, reject) => {
        const request = https.request(
            { host: url.hostname, port: url.port, method, path: `${prefix}${path}${query}`, agent: false },
            async (response) => {
                let text = '';
                for await (const chunk of response) {
                    text += chunk;
                }
                resolve({ status: response.statusCode, body: text });
            },
        );
        request.on('error', reject);
        request.end(body);
    });
}

const event = (channel, data = '{}') => JSON.stringify({ name: 'happened', channel, data });

test('the prefix is part of every route', async () => {
    assert.deepEqual(await ask('GET', '/up'), { status: 200, body: '{"health":"OK"}' });
    const { status } = await new Promise((resolve, reject) => {
        https
            .get({ host: url.hostname, port: url.port, path: '/up', agent: false }, (response) => {
                response.resume();
                resolve({ status: response.statusCode });
            })
            .on('error', reject);
    });
    assert.equal(status, 404);
});

test('the prefix is no part of what is signed', async () => {
    const path = `/apps/${app.app_id}/events`;
    assert.equal((await ask('POST', path, event(unique()))).status, 200);
    assert.equal((await ask('POST', path, event(unique()), `${prefix}${path}`)).status, 401);
});

test('pusher-js connects over wss and hears an event', async (t) => {
    const client = new Pusher(app.key, {
        cluster: '',
        wsHost: url.hostname,
        wsPort: Number(url.port),
        wssPort: Number(url.port),
        wsPath: prefix,
        forceTLS: true,
        enabledTransports: ['ws', 'wss'],
    });
    t.after(() => client.disconnect());
    const channel = unique();
    const within = (emitter, name) =>
        new Promise((resolve, reject) => {
            const timer = setTimeout(() => reject(new Error(`no ${name} within 5 s`)), 5000);
            emitter.bind(name, (data) => {
                clearTimeout(timer);
                resolve(data);
            });
        });
    const subscription = client.subscribe(channel);
    await within(subscription, 'pusher:subscription_succeeded');
    const heard = within(subscription, 'happened');
    // Longer than one TLS record.
    const data = JSON.stringify({ text: 'x'.repeat(9000) });
    await ask('POST', `/apps/${app.app_id}/events`, event(channel, data));
    assert.deepEqual(await heard, JSON.parse(data));
});

test('HTTP/2 is not offered', async () => {
    const socket = tls.connect({
        host: url.hostname,
        port: Number(url.port),
        ALPNProtocols: ['h2', 'http/1.1'],
    });
    await new Promise((resolve, reject) => {
        socket.once('secureConnect', resolve);
        socket.once('error', reject);
    });
    assert.notEqual(socket.alpnProtocol, 'h2');
    socket.destroy();
});

test('plain HTTP on the port of TLS is not answered', async () => {
    await assert.rejects(fetch(`http://${url.host}${prefix}/up`));
});
