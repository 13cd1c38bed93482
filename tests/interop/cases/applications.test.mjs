// Several applications in one server: the same names in both, and nothing passes from one to the
// other.
import assert from 'node:assert/strict';
import test from 'node:test';
import { get, post, postTo } from '../lib/api.mjs';
import { connect } from '../lib/client.mjs';
import { channelAuth } from '../lib/sign.mjs';
import { apps, unique } from '../lib/target.mjs';

const [app, other] = [apps.interop, apps.other];

/** A client of each application on the channel of the same name. */
async function oneOfEach(t, channel, member) {
    const clients = [await connect(t, app), await connect(t, other)];
    const present = [await clients[0].subscribe(app, channel, member), await clients[1].subscribe(other, channel, member)];
    return { clients, present };
}

test('an event reaches the channel of its application', async (t) => {
    const channel = unique('private-');
    const { clients } = await oneOfEach(t, channel);
    await post(t, app, { name: 'happened', channel, data: '{}' });
    assert.deepEqual((await clients[0].settled()).map(({ event }) => event), ['happened']);
    assert.deepEqual(await clients[1].settled(), []);
});

test('a client event reaches the members of its application', async (t) => {
    const channel = unique('private-');
    const { clients } = await oneOfEach(t, channel);
    const friend = await connect(t, app);
    await friend.subscribe(app, channel);
    clients[0].send({ event: 'client-said', channel, data: {} });
    assert.equal((await friend.next()).event, 'client-said');
    assert.deepEqual(await clients[1].settled(), []);
});

test('a member of one application’s channel is none of the other’s', async (t) => {
    const channel = unique('private-');
    const member = await connect(t, app);
    await member.subscribe(app, channel);
    const stranger = await connect(t, other);
    // One subscription, to whatever: the membership is looked up in the application, not in the connection.
    await stranger.subscribe(other, unique());
    stranger.send({ event: 'client-said', channel, data: {} });
    assert.equal((await stranger.error()).code, 4009);
    assert.deepEqual(await member.settled(), []);
});

test('each has its own members, though the users are the same', async (t) => {
    const channel = unique('presence-');
    const member = { user_id: '1', user_info: { name: 'Ana' } };
    const { clients, present } = await oneOfEach(t, channel, member);
    present.forEach(({ presence }) => assert.equal(presence.count, 1));
    assert.deepEqual(await clients[0].settled(), []);
    clients[1].unsubscribe(channel);
    await clients[1].settled();
    assert.deepEqual(await clients[0].settled(), []);
});

test('a signature of one application opens no channel of the other', async (t) => {
    const channel = unique('private-');
    const client = await connect(t, app);
    client.send({ event: 'pusher:subscribe', data: { channel, auth: channelAuth(other, client.id, channel) } });
    const messages = await client.settled();
    assert.ok(messages.every(({ event }) => event !== 'pusher_internal:subscription_succeeded'));
});

test('a socket of the other application is nobody to leave out', async (t) => {
    const channel = unique();
    const { clients } = await oneOfEach(t, channel);
    await post(t, app, { name: 'happened', channel, data: '{}', socket_id: clients[1].id });
    assert.deepEqual((await clients[0].settled()).map(({ event }) => event), ['happened']);
});

test('counts are those of the application', async (t) => {
    const channel = unique();
    await oneOfEach(t, channel);
    const path = `/apps/${app.app_id}/channels/${channel}`;
    const { subscription_count } = JSON.parse((await get(t, app, path, { info: 'subscription_count' })).body);
    assert.equal(subscription_count, 1);
});

test('a user of one application is terminated, and not the other’s', async (t) => {
    const user = unique();
    const { clients } = await oneOfEach(t, unique('presence-'), { user_id: user, user_info: {} });
    await postTo(t, app, `/apps/${app.app_id}/users/${user}/terminate_connections`, '{}');
    await clients[0].closed;
    assert.deepEqual(await clients[1].settled(), []);
});
