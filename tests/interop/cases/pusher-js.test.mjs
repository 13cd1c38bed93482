// pusher-js, as a page has it.
import assert from 'node:assert/strict';
import test from 'node:test';
import Pusher from 'pusher-js';
import { post } from '../lib/api.mjs';
import { channelAuth } from '../lib/sign.mjs';
import { apps, host, port, unique } from '../lib/target.mjs';

const app = apps.interop;

const once = (emitter, event) =>
    new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${event} within 5 s`)), 5000);
        emitter.bind(event, (data) => {
            clearTimeout(timer);
            resolve(data);
        });
    });

async function pusher(t, { key = app.key, sign = channelAuth } = {}) {
    const client = new Pusher(key, {
        cluster: '',
        wsHost: host,
        wsPort: port,
        forceTLS: false,
        enabledTransports: ['ws'],
        channelAuthorization: {
            customHandler: ({ socketId, channelName }, callback) =>
                callback(null, { auth: sign(app, socketId, channelName) }),
        },
    });
    t.after(() => client.disconnect());
    return client;
}

async function connected(t, options) {
    const client = await pusher(t, options);
    await once(client.connection, 'connected');
    return client;
}

async function subscribed(client, name) {
    const channel = client.subscribe(name);
    await once(channel, 'pusher:subscription_succeeded');
    return channel;
}

test('it connects and learns its socket id', async (t) => {
    const client = await connected(t);
    assert.match(client.connection.socket_id, /^\d+\.\d+$/);
});

test('it hears events of public and private channels', async (t) => {
    const client = await connected(t);
    for (const name of [unique(), unique('private-')]) {
        const channel = await subscribed(client, name);
        const heard = once(channel, 'happened');
        await post(t, app, { name: 'happened', channel: name, data: '{"text":"Grüße"}' });
        assert.deepEqual(await heard, { text: 'Grüße' });
    }
});

test('a refused subscription is a pusher:subscription_error of the channel', async (t) => {
    const client = await connected(t, { sign: (_, id, name) => `${app.key}:${id}${name}` });
    const error = await once(client.subscribe(unique('private-')), 'pusher:subscription_error');
    assert.equal(error.type, 'AuthError');
    assert.equal(error.status, 401);
});

test('a client event reaches the other', async (t) => {
    const [one, two] = await Promise.all([connected(t), connected(t)]);
    const name = unique('private-');
    const [from, to] = await Promise.all([subscribed(one, name), subscribed(two, name)]);
    const heard = once(to, 'client-typing');
    assert.ok(from.trigger('client-typing', { name: 'Ana' }));
    assert.deepEqual(await heard, { name: 'Ana' });
});

test('an unknown key is an error it does not try again after', async (t) => {
    const client = await pusher(t, { key: 'nobody' });
    const error = await once(client.connection, 'error');
    assert.equal(error.data?.code ?? error.error?.data?.code, 4001);
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.notEqual(client.connection.state, 'connected');
    assert.notEqual(client.connection.state, 'connecting');
});

test('unsubscribing ends the events', async (t) => {
    const client = await connected(t);
    const name = unique();
    const channel = await subscribed(client, name);
    let heard = 0;
    channel.bind('happened', () => {
        heard += 1;
    });
    client.unsubscribe(name);
    const marker = unique();
    const last = await subscribed(client, marker);
    const marked = once(last, 'happened');
    await post(t, app, { name: 'happened', channels: [name, marker], data: '{}' });
    await marked;
    assert.equal(heard, 0);
});
