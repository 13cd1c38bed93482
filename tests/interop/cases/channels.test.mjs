// Subscribing and unsubscribing, public and private.
import assert from 'node:assert/strict';
import test from 'node:test';
import { post } from '../lib/api.mjs';
import { connect } from '../lib/client.mjs';
import { channelAuth, hmac } from '../lib/sign.mjs';
import { apps, unique } from '../lib/target.mjs';

const app = apps.interop;

async function publish(t, channel, data = '{}') {
    const response = await post(t, app, { name: 'happened', channel, data });
    assert.equal(response.status, 200);
}

for (const prefix of ['', 'private-', 'private-encrypted-']) {
    test(`a ${prefix || 'public '}channel is subscribed and delivers`, async (t) => {
        const channel = unique(prefix);
        const client = await connect(t, app);
        await client.subscribe(app, channel);
        await publish(t, channel, '{"a":1}');
        assert.equal(
            (await client.nextRaw()).text,
            `{"event":"happened","data":"{\\"a\\":1}","channel":"${channel}"}`,
        );
    });
}

test('the bytes of subscription_succeeded', async (t) => {
    const channel = unique();
    const client = await connect(t, app);
    client.send({ event: 'pusher:subscribe', data: { channel } });
    assert.equal(
        (await client.nextRaw()).text,
        `{"event":"pusher_internal:subscription_succeeded","data":"{}","channel":"${channel}"}`,
    );
});

test('data of a subscription may be a JSON string', async (t) => {
    const channel = unique();
    const client = await connect(t, app);
    client.send({ event: 'pusher:subscribe', data: JSON.stringify({ channel }) });
    assert.equal((await client.next()).event, 'pusher_internal:subscription_succeeded');
});

test('an empty auth and channel_data are nothing on a public channel', async (t) => {
    const channel = unique();
    const client = await connect(t, app);
    client.send({ event: 'pusher:subscribe', data: { channel, auth: '', channel_data: null } });
    assert.equal((await client.next()).event, 'pusher_internal:subscription_succeeded');
});

test('a channel named without the dash is public', async (t) => {
    for (const prefix of ['private', 'privateer', 'encrypted-']) {
        await (await connect(t, app)).subscribe(app, `${prefix}${unique()}`);
    }
});

test('channel_data is part of what is signed', async (t) => {
    const channel = unique('private-');
    const client = await connect(t, app);
    const channelData = '{"user_id":"7"}';
    const signed = hmac(app.secret, `${client.id}:${channel}:${channelData}`);
    client.send({
        event: 'pusher:subscribe',
        data: { channel, auth: `${app.key}:${signed}`, channel_data: channelData },
    });
    assert.equal((await client.next()).event, 'pusher_internal:subscription_succeeded');
});

const refusals = {
    'no auth': () => undefined,
    'an empty auth': () => '',
    'a signature alone': (id, channel) => channelAuth(app, id, channel).split(':')[1],
    'a signature of another secret': (id, channel) =>
        `${app.key}:${hmac('wrong', `${id}:${channel}`)}`,
    'a signature for another socket': (id, channel) => channelAuth(app, '1.2', channel),
    'a signature for another channel': (id) => channelAuth(app, id, 'private-elsewhere'),
    'the key of another application': (id, channel) =>
        `${apps.other.key}:${hmac(app.secret, `${id}:${channel}`)}`,
    'the key and signature of another application': (id, channel) =>
        channelAuth(apps.other, id, channel),
    'a signature in capitals': (id, channel) => {
        const [key, signature] = channelAuth(app, id, channel).split(':');
        return `${key}:${signature.toUpperCase()}`;
    },
    'a signature cut short': (id, channel) => channelAuth(app, id, channel).slice(0, -1),
};

for (const [what, auth] of Object.entries(refusals)) {
    test(`a private channel is refused with ${what}`, async (t) => {
        const channel = unique('private-');
        const client = await connect(t, app);
        client.send({ event: 'pusher:subscribe', data: { channel, auth: auth(client.id, channel) } });

        const refusal = await client.next();
        assert.equal(refusal.event, 'pusher:subscription_error');
        assert.equal(refusal.channel, channel);
        assert.equal(refusal.data.type, 'AuthError');
        assert.equal(refusal.data.status, 401);
        assert.ok(refusal.data.error.length > 0);
        assert.deepEqual(await client.error(), { code: 4009, message: 'Connection is unauthorized' });

        // Nothing was subscribed, and the connection is as good as before.
        await publish(t, channel);
        assert.deepEqual(await client.settled(), []);
    });
}

test('channels reserved for the server cannot be subscribed', async (t) => {
    const client = await connect(t, app);
    client.send({ event: 'pusher:subscribe', data: { channel: '#server-to-user-7' } });
    const messages = await client.settled();
    assert.ok(messages.length > 0);
    assert.ok(messages.every(({ event }) => event !== 'pusher_internal:subscription_succeeded'));
});

test('subscribing twice succeeds twice and delivers once', async (t) => {
    const channel = unique();
    const client = await connect(t, app);
    await client.subscribe(app, channel);
    await client.subscribe(app, channel);
    await publish(t, channel);
    assert.equal((await client.settled()).length, 1);
});

test('after unsubscribing nothing is delivered', async (t) => {
    const channel = unique();
    const [leaving, staying] = await Promise.all([connect(t, app), connect(t, app)]);
    await leaving.subscribe(app, channel);
    await staying.subscribe(app, channel);
    leaving.unsubscribe(channel);
    assert.deepEqual(await leaving.settled(), []);
    await publish(t, channel);
    assert.equal((await staying.next()).event, 'happened');
    assert.deepEqual(await leaving.settled(), []);
});

test('unsubscribing from a channel never joined is nothing', async (t) => {
    const client = await connect(t, app);
    client.unsubscribe(unique());
    assert.deepEqual(await client.settled(), []);
});

test('unsubscribing and subscribing again delivers again', async (t) => {
    const channel = unique('private-');
    const client = await connect(t, app);
    await client.subscribe(app, channel);
    client.unsubscribe(channel);
    await client.subscribe(app, channel);
    await publish(t, channel);
    assert.equal((await client.next()).event, 'happened');
});

test('a hundred channels on one connection', async (t) => {
    const client = await connect(t, app);
    const names = Array.from({ length: 100 }, () => unique());
    for (const channel of names) {
        await client.subscribe(app, channel);
    }
    await post(t, app, { name: 'happened', channels: names, data: '{}' });
    const heard = (await client.settled()).map(({ channel }) => channel);
    assert.deepEqual(heard.sort(), names.sort());
});
