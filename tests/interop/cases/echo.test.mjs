// Laravel Echo, configured as every Laravel application has it.
import assert from 'node:assert/strict';
import test from 'node:test';
import Echo from 'laravel-echo';
import Pusher from 'pusher-js';
import { post } from '../lib/api.mjs';
import { channelAuth } from '../lib/sign.mjs';
import { apps, host, port, unique } from '../lib/target.mjs';

const app = apps.interop;

function echo(t, sign = channelAuth) {
    const client = new Echo({
        broadcaster: 'reverb',
        Pusher,
        key: app.key,
        wsHost: host,
        wsPort: port,
        wssPort: port,
        forceTLS: false,
        enabledTransports: ['ws', 'wss'],
        // Stands for /broadcasting/auth of the application.
        channelAuthorization: {
            customHandler: ({ socketId, channelName }, callback) =>
                callback(null, { auth: sign(app, socketId, channelName) }),
        },
    });
    t.after(() => client.disconnect());
    return client;
}

const within = (what, start) =>
    new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${what} within 5 s`)), 5000);
        start((data) => {
            clearTimeout(timer);
            resolve(data);
        });
    });

const joined = (channel) => within('subscription', (done) => channel.subscribed(done));

test('listen hears an event class of the application', async (t) => {
    const name = unique();
    const client = echo(t);
    const channel = client.private(name);
    await joined(channel);
    const heard = within('event', (done) => channel.listen('MessageSent', done));
    await post(t, app, {
        name: 'App\\Events\\MessageSent',
        channel: `private-${name}`,
        data: '{"name":"Ana","text":"Hello"}',
    });
    assert.deepEqual(await heard, { name: 'Ana', text: 'Hello' });
});

test('toOthers leaves out who carries the socket id', async (t) => {
    const name = unique();
    const [self, other] = [echo(t), echo(t)];
    const [mine, theirs] = [self.channel(name), other.channel(name)];
    await Promise.all([joined(mine), joined(theirs)]);
    const heard = [];
    mine.listen('.said', ({ text }) => heard.push(text));
    const both = within('event', (done) => theirs.listen('.said', ({ text }) => text === 'last' && done()));
    const last = within('event', (done) => mine.listen('.said', ({ text }) => text === 'last' && done()));
    await post(t, app, {
        name: 'said',
        channel: name,
        data: '{"text":"to others"}',
        socket_id: self.socketId(),
    });
    await post(t, app, { name: 'said', channel: name, data: '{"text":"last"}' });
    await Promise.all([both, last]);
    assert.deepEqual(heard, ['last']);
});

test('a whisper reaches the other and not who whispers', async (t) => {
    const name = unique();
    const [one, two] = [echo(t), echo(t)];
    const [from, to] = [one.private(name), two.private(name)];
    await Promise.all([joined(from), joined(to)]);
    let own = 0;
    from.listenForWhisper('typing', () => {
        own += 1;
    });
    const heard = within('whisper', (done) => to.listenForWhisper('typing', done));
    from.whisper('typing', { name: 'Ana' });
    assert.deepEqual(await heard, { name: 'Ana' });
    const back = within('whisper', (done) => from.listenForWhisper('answer', done));
    to.whisper('answer', {});
    await back;
    assert.equal(own, 0);
});

test('error tells of a refused channel', async (t) => {
    const client = echo(t, (_, id) => `${app.key}:${id}`);
    const error = await within('error', (done) => client.private(unique()).error(done));
    assert.equal(error.type, 'AuthError');
    assert.equal(error.status, 401);
});

test('an encrypted channel is subscribed', async (t) => {
    const client = echo(t);
    const name = unique('private-encrypted-');
    client.connector.pusher.config.channelAuthorizer = ({ socketId, channelName }, callback) =>
        callback(null, {
            auth: channelAuth(app, socketId, channelName),
            shared_secret: Buffer.alloc(32, 7).toString('base64'),
        });
    const channel = client.encryptedPrivate(name.replace('private-encrypted-', ''));
    await joined(channel);
});
