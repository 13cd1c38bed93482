// Rate limiting: messages of one connection, in a window that begins with the first.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import test from 'node:test';
import { connect } from '../lib/client.mjs';
import { apps, unique } from '../lib/target.mjs';

const exceeded = { code: 4301, message: 'Rate limit exceeded' };
const say = (client, times) => {
    for (let number = 0; number < times; number += 1) {
        client.send({ event: 'pusher:ping' });
    }
};

async function pongs(client, times) {
    for (let number = 0; number < times; number += 1) {
        assert.deepEqual(await client.next(), { event: 'pusher:pong' });
    }
}

test('what is beyond max_attempts is refused, and the next window is open again', async (t) => {
    const client = await connect(t, apps.limited);
    say(client, 5);
    await pongs(client, 3);
    assert.deepEqual(await client.error(), exceeded);
    assert.deepEqual(await client.error(), exceeded);
    await pause(1200);
    say(client, 4);
    await pongs(client, 3);
    assert.deepEqual(await client.error(), exceeded);
});

test('every kind of message counts, and what is refused has no effect', async (t) => {
    const app = apps.limited;
    const client = await connect(t, app);
    client.send({ event: 'pusher:pong' });
    client.send('no JSON');
    assert.equal((await client.error()).code, 4200);
    await client.subscribe(app, unique());
    client.ask(app, unique());
    assert.deepEqual(await client.error(), exceeded);
});

test('each connection has its own window', async (t) => {
    const [one, two] = [await connect(t, apps.limited), await connect(t, apps.limited)];
    say(one, 4);
    await pongs(one, 3);
    assert.deepEqual(await one.error(), exceeded);
    say(two, 3);
    await pongs(two, 3);
});

test('terminate_on_limit ends the connection, to be tried again later', async (t) => {
    const client = await connect(t, apps.strict);
    say(client, 4);
    await pongs(client, 3);
    assert.deepEqual(await client.error(), exceeded);
    const { code } = await client.closed;
    assert.ok(code >= 4100 && code <= 4199, `closed with ${code}`);
});
