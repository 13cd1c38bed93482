// `pusher`, the server SDK for Node.js.
import assert from 'node:assert/strict';
import test from 'node:test';
import Pusher from 'pusher';
import { connect } from '../lib/client.mjs';
import { apps, host, port, unique } from '../lib/target.mjs';

const app = apps.interop;
const sdk = (changes = {}) =>
    new Pusher({ appId: app.app_id, key: app.key, secret: app.secret, host, port: String(port), useTLS: false, ...changes });

test('trigger reaches several channels', async (t) => {
    const names = [unique(), unique('private-')];
    const client = await connect(t, app);
    for (const name of names) {
        await client.subscribe(app, name);
    }
    const response = await sdk().trigger(names, 'happened', { text: 'Grüße' });
    assert.equal(response.status, 200);
    const messages = await client.settled();
    assert.deepEqual(messages.map(({ channel }) => channel).sort(), names.sort());
    messages.forEach(({ data }) => assert.deepEqual(JSON.parse(data), { text: 'Grüße' }));
});

test('socket_id is left out', async (t) => {
    const channel = unique();
    const client = await connect(t, app);
    await client.subscribe(app, channel);
    await sdk().trigger(channel, 'happened', {}, { socket_id: client.id });
    assert.deepEqual(await client.settled(), []);
});

test('info comes back', async (t) => {
    const channel = unique();
    const client = await connect(t, app);
    await client.subscribe(app, channel);
    const response = await sdk().trigger(channel, 'happened', {}, { info: 'subscription_count' });
    assert.deepEqual(await response.json(), { channels: { [channel]: { subscription_count: 1 } } });
});

test('its own authorisation is accepted', async (t) => {
    const channel = unique('private-');
    const client = await connect(t, app);
    const { auth } = sdk().authorizeChannel(client.id, channel);
    client.send({ event: 'pusher:subscribe', data: { channel, auth } });
    assert.equal((await client.next()).event, 'pusher_internal:subscription_succeeded');
});

test('a wrong secret is refused with 401', async () => {
    await assert.rejects(sdk({ secret: 'wrong' }).trigger('c', 'happened', {}), { status: 401 });
});

test('an unknown application is refused with 404', async () => {
    await assert.rejects(sdk({ appId: 'nobody' }).trigger('c', 'happened', {}), { status: 404 });
});

for (const id of ['Ana Müller', 'ana+news@example.com', 'a;b=c']) {
    test(`the user ${id} is terminated`, async (t) => {
        const user = `${id}${unique()}`;
        const client = await connect(t, app);
        await client.subscribe(app, unique('presence-'), { user_id: user, user_info: {} });
        await sdk().terminateUserConnections(user);
        assert.equal((await client.closed).code, 4009);
    });
}
