// Presence channels: who is there, each user once.
import assert from 'node:assert/strict';
import test from 'node:test';
import { get, post } from '../lib/api.mjs';
import { connect } from '../lib/client.mjs';
import { channelAuth } from '../lib/sign.mjs';
import { apps, unique } from '../lib/target.mjs';

const app = apps.interop;
const ana = { user_id: '1', user_info: { name: 'Ana' } };
const ben = { user_id: '2', user_info: { name: 'Ben' } };

async function joined(t, channel, member) {
    const client = await connect(t, app);
    client.present = (await client.subscribe(app, channel, member)).presence;
    return client;
}

/** The next message; its data, decoded. */
async function announced(client, event, channel) {
    const message = await client.next();
    assert.equal(message.event, event);
    assert.equal(message.channel, channel);
    assert.equal(typeof message.data, 'string');
    return JSON.parse(message.data);
}

test('who joins sees who is there, and is announced to them', async (t) => {
    const channel = unique('presence-');
    const first = await joined(t, channel, ana);
    assert.deepEqual(first.present, { count: 1, ids: ['1'], hash: { 1: { name: 'Ana' } } });
    const second = await joined(t, channel, ben);
    assert.equal(second.present.count, 2);
    assert.deepEqual(second.present.ids.sort(), ['1', '2']);
    assert.deepEqual(second.present.hash, { 1: { name: 'Ana' }, 2: { name: 'Ben' } });
    assert.deepEqual(await announced(first, 'pusher_internal:member_added', channel), ben);
    assert.deepEqual(await second.settled(), []);
});

for (const [how, leave] of [
    ['unsubscribes', async (client, channel) => client.unsubscribe(channel)],
    ['closes', async (client) => client.close()],
    ['vanishes', async (client) => client.socket.terminate()],
]) {
    test(`who ${how} is announced as gone`, async (t) => {
        const channel = unique('presence-');
        const staying = await joined(t, channel, ana);
        const leaving = await joined(t, channel, ben);
        await announced(staying, 'pusher_internal:member_added', channel);
        await leave(leaving, channel);
        assert.deepEqual(await announced(staying, 'pusher_internal:member_removed', channel), { user_id: '2' });
        assert.equal((await joined(t, channel, { user_id: '3' })).present.count, 2);
    });
}

test('a user with several connections comes and goes once', async (t) => {
    const channel = unique('presence-');
    const watcher = await joined(t, channel, ana);
    const devices = [];
    for (let count = 0; count < 5; count += 1) {
        devices.push(await joined(t, channel, ben));
    }
    assert.equal(devices.at(-1).present.count, 2);
    assert.equal((await announced(watcher, 'pusher_internal:member_added', channel)).user_id, '2');
    for (const device of devices.slice(0, 4)) {
        await device.close();
    }
    assert.deepEqual(await watcher.settled(), []);
    await devices[4].close();
    assert.deepEqual(await announced(watcher, 'pusher_internal:member_removed', channel), { user_id: '2' });
    assert.deepEqual(await watcher.settled(), []);
});

test('a hash is an object whatever the ids are, and ids keep their type', async (t) => {
    const channel = unique('presence-');
    await joined(t, channel, { user_id: 0, user_info: { name: 'Zero' } });
    const { present } = await joined(t, channel, { user_id: 1, user_info: { name: 'One' } });
    assert.deepEqual(present.ids.sort(), [0, 1]);
    assert.ok(!Array.isArray(present.hash));
    assert.deepEqual(present.hash, { 0: { name: 'Zero' }, 1: { name: 'One' } });
});

test('user_info may be absent', async (t) => {
    const channel = unique('presence-');
    const watcher = await joined(t, channel, { user_id: 'watcher' });
    assert.equal(watcher.present.count, 1);
    await joined(t, channel, { user_id: 'other' });
    assert.equal((await announced(watcher, 'pusher_internal:member_added', channel)).user_id, 'other');
});

test('a client event carries the id of its user', async (t) => {
    const channel = unique('presence-');
    const sender = await joined(t, channel, ana);
    const receiver = await joined(t, channel, ben);
    await announced(sender, 'pusher_internal:member_added', channel);
    sender.send({ event: 'client-said', channel, data: { a: 1 } });
    assert.deepEqual(await receiver.next(), {
        event: 'client-said',
        channel,
        data: { a: 1 },
        user_id: '1',
    });
});

test('an event reaches all members', async (t) => {
    const channel = unique('presence-');
    const first = await joined(t, channel, ana);
    const second = await joined(t, channel, ben);
    await announced(first, 'pusher_internal:member_added', channel);
    await post(t, app, { name: 'happened', channel, data: '{}' });
    for (const client of [first, second]) {
        assert.equal((await client.next()).event, 'happened');
    }
});

test('channel_data that was not signed is refused', async (t) => {
    const channel = unique('presence-');
    const client = await connect(t, app);
    const auth = channelAuth(app, client.id, channel, JSON.stringify(ana));
    client.send({ event: 'pusher:subscribe', data: { channel, auth, channel_data: JSON.stringify(ben) } });
    assert.equal((await client.next()).event, 'pusher:subscription_error');
    assert.equal((await client.error()).code, 4009);
});

for (const [what, channelData] of [
    ['no channel_data', undefined],
    ['no user_id', '{"user_info":{}}'],
    ['a user_id that is an object', '{"user_id":{}}'],
]) {
    test(`a subscription with ${what} joins nobody`, async (t) => {
        const channel = unique('presence-');
        const watcher = await joined(t, channel, ana);
        const client = await connect(t, app);
        client.ask(app, channel, channelData);
        const messages = await client.settled();
        assert.ok(messages.length > 0);
        assert.ok(messages.every(({ event }) => event !== 'pusher_internal:subscription_succeeded'));
        assert.deepEqual(await watcher.settled(), []);
    });
}

test('the HTTP API names the users and counts them', async (t) => {
    const channel = unique('presence-');
    await joined(t, channel, ana);
    await joined(t, channel, ben);
    await joined(t, channel, ben);
    const path = `/apps/${app.app_id}/channels/${channel}`;
    const users = JSON.parse((await get(t, app, `${path}/users`)).body);
    assert.deepEqual(users.users.map(({ id }) => id).sort(), ['1', '2']);
    const counts = JSON.parse((await get(t, app, path, { info: 'user_count' })).body);
    assert.deepEqual(counts, { occupied: true, user_count: 2 });
});

test('members of both threads are one list', async (t) => {
    const channel = unique('presence-');
    const count = 40;
    const clients = [];
    for (let id = 0; id < count; id += 1) {
        clients.push(await joined(t, channel, { user_id: String(id) }));
    }
    assert.equal(clients.at(-1).present.count, count);
    await Promise.all(clients.slice(1).map((client) => client.close()));
    const removed = new Set();
    while (removed.size < count - 1) {
        const { event, data } = await clients[0].next();
        if (event === 'pusher_internal:member_removed') {
            removed.add(JSON.parse(data).user_id);
        }
    }
    assert.equal((await joined(t, channel, { user_id: 'last' })).present.count, 2);
});
