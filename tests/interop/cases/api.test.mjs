// The rest of the HTTP API: batches, channels, connections, termination.
import assert from 'node:assert/strict';
import test from 'node:test';
import { get, postTo } from '../lib/api.mjs';
import { connect } from '../lib/client.mjs';
import { Raw, request } from '../lib/raw.mjs';
import { signedQuery } from '../lib/sign.mjs';
import { apps, unique } from '../lib/target.mjs';

const app = apps.interop;
const root = `/apps/${app.app_id}`;
const batch = (t, body) => postTo(t, app, `${root}/batch_events`, body);

test('a batch reaches the channels in its order', async (t) => {
    const [one, two] = [unique(), unique()];
    const client = await connect(t, app);
    await client.subscribe(app, one);
    await client.subscribe(app, two);
    const response = await batch(t, {
        batch: [
            { name: 'first', channel: one, data: '1' },
            { name: 'second', channel: two, data: '2' },
            { name: 'third', channel: one, data: '3' },
        ],
    });
    assert.equal(response.status, 200);
    assert.equal(response.body, '{}');
    assert.deepEqual(
        (await client.settled()).map(({ event, channel, data }) => [event, channel, data]),
        [
            ['first', one, '1'],
            ['second', two, '2'],
            ['third', one, '3'],
        ],
    );
});

test('each event of a batch has its own socket_id and info', async (t) => {
    const channel = unique();
    const [self, other] = [await connect(t, app), await connect(t, app)];
    await self.subscribe(app, channel);
    await other.subscribe(app, channel);
    const response = await batch(t, {
        batch: [
            { name: 'to-others', channel, data: '', socket_id: self.id, info: 'subscription_count' },
            { name: 'to-all', channel, data: '' },
        ],
    });
    assert.deepEqual(JSON.parse(response.body), { batch: [{ subscription_count: 2 }, {}] });
    const names = (messages) => messages.map(({ event }) => event);
    assert.deepEqual(names(await self.settled()), ['to-all']);
    assert.deepEqual(names(await other.settled()), ['to-others', 'to-all']);
});

for (const [what, body] of Object.entries({
    'no batch': {},
    'a batch that is an object': { batch: {} },
    'an event without a name': { batch: [{ channel: 'c', data: '' }] },
    'an event without a channel': { batch: [{ name: 'n', data: '' }] },
    'data that is an object': { batch: [{ name: 'n', channel: 'c', data: {} }] },
    'a string for an event': { batch: ['n'] },
})) {
    test(`a batch with ${what} is answered with 400 and JSON`, async (t) => {
        const response = await batch(t, body);
        assert.equal(response.status, 400);
        assert.equal(Object.keys(JSON.parse(response.body)).length, 1);
    });
}

test('a batch with one bad event publishes nothing', async (t) => {
    const channel = unique();
    const client = await connect(t, app);
    await client.subscribe(app, channel);
    const response = await batch(t, {
        batch: [
            { name: 'good', channel, data: '' },
            { name: 'bad', channel: 'two words', data: '' },
        ],
    });
    assert.equal(response.status, 400);
    assert.deepEqual(await client.settled(), []);
});

test('channels lists what has subscribers, by prefix', async (t) => {
    const prefix = unique();
    const client = await connect(t, app);
    await client.subscribe(app, `${prefix}-a`);
    await client.subscribe(app, `${prefix}-b`);
    const response = await get(t, app, `${root}/channels`, { filter_by_prefix: prefix });
    assert.deepEqual(JSON.parse(response.body), { channels: { [`${prefix}-a`]: {}, [`${prefix}-b`]: {} } });
    client.unsubscribe(`${prefix}-a`);
    await client.settled();
    const rest = await get(t, app, `${root}/channels`, { filter_by_prefix: prefix, info: 'subscription_count' });
    assert.deepEqual(JSON.parse(rest.body), { channels: { [`${prefix}-b`]: { subscription_count: 1 } } });
});

test('info of the list is each channel’s own', async (t) => {
    const name = unique();
    const [open, presence] = [name, `presence-${name}`];
    const client = await connect(t, app);
    await client.subscribe(app, open);
    await client.subscribe(app, presence, { user_id: '1', user_info: {} });
    const list = async (filter_by_prefix) =>
        JSON.parse((await get(t, app, `${root}/channels`, { filter_by_prefix, info: 'user_count,subscription_count' })).body);
    assert.deepEqual(await list(open), { channels: { [open]: { subscription_count: 1 } } });
    assert.deepEqual(await list(presence), { channels: { [presence]: { user_count: 1 } } });
    // A prefix is the beginning of the name, of any kind of channel.
    assert.deepEqual(await list(name.slice(1)), { channels: {} });
});

test('no channels are an empty object', async (t) => {
    const response = await get(t, app, `${root}/channels`, { filter_by_prefix: unique() });
    assert.equal(response.body, '{"channels":{}}');
});

test('channels of one application are not those of another', async (t) => {
    const channel = unique();
    await (await connect(t, app)).subscribe(app, channel);
    const response = await get(t, apps.other, `/apps/${apps.other.app_id}/channels`, { filter_by_prefix: channel });
    assert.deepEqual(JSON.parse(response.body), { channels: {} });
});

test('a channel is found by every character that its name may have', async (t) => {
    const channel = `${unique()}_=@,.;Z9`;
    await (await connect(t, app)).subscribe(app, channel);
    const response = await get(t, app, `${root}/channels/${channel}`);
    assert.equal(response.status, 200, response.body);
    assert.equal(JSON.parse(response.body).occupied, true);
});

test('a channel says whether it is occupied', async (t) => {
    const channel = unique();
    const empty = await get(t, app, `${root}/channels/${channel}`);
    assert.equal(empty.status, 200);
    assert.deepEqual(JSON.parse(empty.body), { occupied: false });
    await (await connect(t, app)).subscribe(app, channel);
    const one = await get(t, app, `${root}/channels/${channel}`, { info: 'subscription_count' });
    assert.deepEqual(JSON.parse(one.body), { occupied: true, subscription_count: 1 });
});

test('users of a channel without members is answered with 400', async (t) => {
    assert.equal((await get(t, app, `${root}/channels/${unique()}/users`)).status, 400);
});

test('users of an empty presence channel are none', async (t) => {
    const response = await get(t, app, `${root}/channels/${unique('presence-')}/users`);
    assert.equal(response.status, 200);
    assert.deepEqual(JSON.parse(response.body), { users: [] });
});

test('connections counts every socket of the application', async (t) => {
    // An application that no other case connects to while this one runs.
    const lonely = apps.lonely;
    const count = async () =>
        JSON.parse((await get(t, lonely, `/apps/${lonely.app_id}/connections`)).body).connections;
    assert.equal(await count(), 0);
    const [first] = await Promise.all([connect(t, lonely), connect(t, lonely)]);
    await first.subscribe(lonely, unique());
    assert.equal(await count(), 2);
});

test('terminate_connections ends the connections of a user, and of no other', async (t) => {
    const channel = unique('presence-');
    const user = unique();
    const [one, two, other] = [await connect(t, app), await connect(t, app), await connect(t, app)];
    // The user's id counts whichever channel was joined first.
    await one.subscribe(app, unique());
    await one.subscribe(app, channel, { user_id: user });
    await two.subscribe(app, channel, { user_id: user });
    await other.subscribe(app, channel, { user_id: `${user}-other` });
    const response = await postTo(t, app, `${root}/users/${user}/terminate_connections`, '{}');
    assert.equal(response.status, 200);
    assert.equal(response.body, '{}');
    assert.equal((await one.closed).code, 4009);
    assert.equal((await two.closed).code, 4009);
    assert.equal(other.socket.readyState, other.socket.OPEN);
    const { event, data } = await other.next();
    assert.equal(event, 'pusher_internal:member_removed');
    assert.deepEqual(JSON.parse(data), { user_id: user });
});

for (const path of ['channels', 'channels/c', 'channels/presence-c/users', 'connections']) {
    test(`GET ${path} asks for a signature`, async (t) => {
        const response = await get(t, { ...app, secret: 'wrong' }, `${root}/${path}`);
        assert.equal(response.status, 401);
    });
}

test('HEAD is answered as GET, without the body', async (t) => {
    const path = `${root}/channels`;
    const raw = new Raw(t);
    raw.write(request('HEAD', `${path}?${signedQuery(app, 'HEAD', path)}`));
    const response = await raw.response({ bodyless: true });
    assert.equal(response.status, 200);
    raw.write(request('GET', '/up'));
    assert.equal((await raw.response()).body, '{"health":"OK"}');
});
