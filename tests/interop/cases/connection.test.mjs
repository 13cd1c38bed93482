// Connecting, ping and pong, the applications' borders.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connect, open } from '../lib/client.mjs';
import { apps, unique } from '../lib/target.mjs';

test('connection_established carries its data as a JSON string', async (t) => {
    const { message, data } = (await connect(t, apps.interop)).established;
    assert.deepEqual(Object.keys(message), ['event', 'data']);
    assert.equal(typeof message.data, 'string');
    assert.deepEqual(Object.keys(data), ['socket_id', 'activity_timeout']);
    assert.match(data.socket_id, /^\d+\.\d+$/);
    assert.equal(data.activity_timeout, 30);
});

test('activity_timeout is the application’s', async (t) => {
    assert.equal((await connect(t, apps.idle)).established.data.activity_timeout, 1);
});

test('socket ids differ', async (t) => {
    const clients = await Promise.all(Array.from({ length: 20 }, () => connect(t, apps.interop)));
    assert.equal(new Set(clients.map(({ id }) => id)).size, 20);
});

test('whatever the query says is taken', async (t) => {
    for (const query of ['', 'protocol=3', 'protocol=abc&flash=false', 'x=%ff&&==&y[]=1']) {
        await connect(t, apps.interop, { query });
    }
});

test('an unknown key is answered with 4001 and closed with it', async () => {
    const client = open(apps.interop, { key: 'nobody' });
    const message = await client.next();
    assert.equal(message.event, 'pusher:error');
    assert.deepEqual(JSON.parse(message.data), { code: 4001, message: 'Application does not exist' });
    assert.equal((await client.closed).code, 4001);
});

test('pusher:ping is answered with pusher:pong', async (t) => {
    const client = await connect(t, apps.interop);
    client.send({ event: 'pusher:ping', data: {} });
    assert.equal((await client.nextRaw()).text, '{"event":"pusher:pong"}');
});

test('pusher:pong is taken and not answered', async (t) => {
    const client = await connect(t, apps.interop);
    client.send({ event: 'pusher:pong', data: {} });
    assert.deepEqual(await client.settled(), []);
});

test('a ping frame is answered with its own bytes', async (t) => {
    const client = await connect(t, apps.interop);
    const pong = new Promise((resolve) => client.socket.once('pong', resolve));
    client.socket.ping('are you there');
    assert.equal((await pong).toString(), 'are you there');
});

test('a close is answered with the same code', async (t) => {
    const client = await connect(t, apps.interop);
    client.socket.close(1000);
    assert.equal((await client.closed).code, 1000);
});

test('messages are answered in the order they came', async (t) => {
    const client = await connect(t, apps.interop);
    const names = Array.from({ length: 50 }, () => unique());
    for (const channel of names) {
        client.send({ event: 'pusher:subscribe', data: { channel } });
    }
    assert.deepEqual(
        (await client.settled()).map(({ channel }) => channel),
        names,
    );
});

test('a client of one application hears nothing of another', async (t) => {
    const channel = unique('private-');
    const [one, two, foreign] = await Promise.all([
        connect(t, apps.interop),
        connect(t, apps.interop),
        connect(t, apps.other),
    ]);
    await one.subscribe(apps.interop, channel);
    await two.subscribe(apps.interop, channel);
    await foreign.subscribe(apps.other, channel);
    one.send({ event: 'client-said', channel, data: {} });
    assert.equal((await two.next()).event, 'client-said');
    assert.deepEqual(await foreign.settled(), []);
});

test('a key with a slash is no route', async () => {
    const client = open(apps.interop, { key: 'a/b' });
    await assert.rejects(client.opened, /404/);
});
