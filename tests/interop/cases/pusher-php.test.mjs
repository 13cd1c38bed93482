// pusher/pusher-php-server, which Laravel broadcasts with.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect } from '../lib/client.mjs';
import { apps, host, port, unique } from '../lib/target.mjs';

const app = apps.interop;
const script = fileURLToPath(new URL('../lib/pusher.php', import.meta.url));

async function call(method, args, credentials = app) {
    const php = spawn('php', [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    const { key, secret, app_id } = credentials;
    php.stdin.end(JSON.stringify({ host, port, key, secret, app_id, method, arguments: args }));
    let output = '';
    for await (const chunk of php.stdout) {
        output += chunk;
    }
    return JSON.parse(output);
}

test('trigger reaches several channels', async (t) => {
    const names = [unique(), unique('private-')];
    const client = await connect(t, app);
    for (const name of names) {
        await client.subscribe(app, name);
    }
    const { result } = await call('trigger', [names, 'App\\Events\\Said', { text: 'Grüße' }]);
    assert.deepEqual(result, {});
    const messages = await client.settled();
    assert.deepEqual(messages.map(({ channel }) => channel).sort(), names.sort());
    messages.forEach(({ event, data }) => {
        assert.equal(event, 'App\\Events\\Said');
        assert.deepEqual(JSON.parse(data), { text: 'Grüße' });
    });
});

test('socket_id is left out', async (t) => {
    const channel = unique();
    const client = await connect(t, app);
    await client.subscribe(app, channel);
    await call('trigger', [channel, 'happened', {}, { socket_id: client.id }]);
    assert.deepEqual(await client.settled(), []);
});

test('info comes back', async (t) => {
    const channel = unique();
    const client = await connect(t, app);
    await client.subscribe(app, channel);
    const { result } = await call('trigger', [channel, 'happened', {}, { info: 'subscription_count' }]);
    assert.deepEqual(result, { channels: { [channel]: { subscription_count: 1 } } });
});

test('its own authorisation is accepted', async (t) => {
    const channel = unique('private-');
    const client = await connect(t, app);
    const { result } = await call('authorizeChannel', [channel, client.id]);
    client.send({ event: 'pusher:subscribe', data: { channel, ...JSON.parse(result) } });
    assert.equal((await client.next()).event, 'pusher_internal:subscription_succeeded');
});

test('a refusal carries the status and the words', async () => {
    assert.deepEqual(await call('trigger', ['c', 'happened', {}], { ...app, secret: 'wrong' }), {
        error: 'Authentication signature invalid.',
        status: 401,
    });
    assert.deepEqual(await call('trigger', ['c', 'happened', {}], { ...app, app_id: 'nobody' }), {
        error: 'No matching application for ID [nobody].',
        status: 404,
    });
});

for (const id of ['Ana Müller', 'ana+news@example.com', 'a;b=c']) {
    test(`the user ${id} is terminated`, async (t) => {
        const user = `${id}${unique()}`;
        const client = await connect(t, app);
        await client.subscribe(app, unique('presence-'), { user_id: user, user_info: {} });
        assert.deepEqual((await call('terminateUserConnections', [user])).result, {});
        assert.equal((await client.closed).code, 4009);
    });
}
