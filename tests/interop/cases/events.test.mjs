// POST /apps/{id}/events: who may, what is valid, who hears it, what is answered.
import assert from 'node:assert/strict';
import test from 'node:test';
import { eventsPath, post, signedPost } from '../lib/api.mjs';
import { connect } from '../lib/client.mjs';
import { Raw } from '../lib/raw.mjs';
import { hmac, signedQuery } from '../lib/sign.mjs';
import { apps, unique } from '../lib/target.mjs';

const app = apps.interop;
const event = (changes = {}) => ({ name: 'happened', channel: unique(), data: '{"a":1}', ...changes });
const seconds = () => Math.floor(Date.now() / 1000);

test('an event is answered with an empty object', async (t) => {
    const response = await post(t, app, event());
    assert.equal(response.status, 200);
    assert.equal(response.body, '{}');
    assert.match(response.headers['content-type'], /^application\/json/);
});

test('an event reaches each subscriber of each of its channels', async (t) => {
    const [one, two, three] = [unique(), unique('private-'), unique()];
    const [left, right] = await Promise.all([connect(t, app), connect(t, app)]);
    await left.subscribe(app, one);
    await left.subscribe(app, two);
    await right.subscribe(app, two);
    await right.subscribe(app, three);
    await post(t, app, { name: 'happened', channels: [one, two], data: 'text' });
    const heard = (messages) => messages.map(({ channel }) => channel).sort();
    assert.deepEqual(heard(await left.settled()), [one, two].sort());
    assert.deepEqual(heard(await right.settled()), [two]);
});

test('data reaches the client as the very string', async (t) => {
    const channel = unique();
    const client = await connect(t, app);
    await client.subscribe(app, channel);
    const texts = ['', 'plain', '{"a":"Grüße 🎉"}', '"\\/\b\f\n\r\t\u0000\u001f\u007f', '</script>', '\u2028'];
    for (const data of texts) {
        assert.equal((await post(t, app, { name: 'happened', channel, data })).status, 200);
        const message = await client.next();
        assert.deepEqual(message, { event: 'happened', data, channel });
    }
});

test('the name of an event is the very string', async (t) => {
    const channel = unique();
    const client = await connect(t, app);
    await client.subscribe(app, channel);
    for (const name of ['App\\Events\\MessageSent', '.dotted', 'with "quotes"', 'Grüße']) {
        assert.equal((await post(t, app, { name, channel, data: '' })).status, 200);
        assert.equal((await client.next()).event, name);
    }
});

test('channels win over channel', async (t) => {
    const [one, two] = [unique(), unique()];
    const client = await connect(t, app);
    await client.subscribe(app, one);
    await client.subscribe(app, two);
    await post(t, app, { name: 'happened', channel: one, channels: [two], data: '' });
    assert.deepEqual(
        (await client.settled()).map(({ channel }) => channel),
        [two],
    );
});

test('socket_id is left out', async (t) => {
    const channel = unique();
    const [self, other] = await Promise.all([connect(t, app), connect(t, app)]);
    await self.subscribe(app, channel);
    await other.subscribe(app, channel);
    await post(t, app, { name: 'happened', channel, data: '', socket_id: self.id });
    assert.equal((await other.next()).event, 'happened');
    assert.deepEqual(await self.settled(), []);
});

test('a socket_id of nobody leaves nobody out', async (t) => {
    const channel = unique();
    const client = await connect(t, app);
    await client.subscribe(app, channel);
    assert.equal((await post(t, app, { name: 'happened', channel, data: '', socket_id: '1.2' })).status, 200);
    assert.equal((await client.next()).event, 'happened');
});

test('events come in the order they were published', async (t) => {
    const channel = unique();
    const client = await connect(t, app);
    await client.subscribe(app, channel);
    const raw = new Raw(t);
    for (let count = 0; count < 100; count += 1) {
        raw.write(signedPost(app, eventsPath(app), { name: 'happened', channel, data: String(count) }));
        assert.equal((await raw.response()).status, 200);
    }
    assert.deepEqual(
        (await client.settled()).map(({ data }) => Number(data)),
        Array.from({ length: 100 }, (_, count) => count),
    );
});

test('info tells how many are subscribed', async (t) => {
    const [one, two] = [unique(), unique()];
    const client = await connect(t, app);
    await client.subscribe(app, one);
    const response = await post(t, app, {
        name: 'happened',
        channels: [one, two],
        data: '',
        info: 'subscription_count',
    });
    assert.deepEqual(JSON.parse(response.body), {
        channels: { [one]: { subscription_count: 1 }, [two]: { subscription_count: 0 } },
    });
});

test('info gives each channel what its kind has', async (t) => {
    const [open, presence, cache] = [unique(), unique('presence-'), unique('cache-')];
    const client = await connect(t, app);
    await client.subscribe(app, open);
    await client.subscribe(app, presence, { user_id: '1', user_info: {} });
    await client.subscribe(app, cache);
    const response = await post(t, app, {
        name: 'happened',
        channels: [open, presence, cache],
        data: '"kept"',
        info: 'occupied,user_count,subscription_count,cache',
    });
    assert.deepEqual(JSON.parse(response.body), {
        channels: {
            [open]: { occupied: true, subscription_count: 1 },
            [presence]: { occupied: true, user_count: 1 },
            [cache]: {
                occupied: true,
                subscription_count: 1,
                cache: { event: 'happened', data: '"kept"', channel: cache },
            },
        },
    });
});

test('an info nobody knows is no reason to refuse', async (t) => {
    const channel = unique();
    const response = await post(t, app, { name: 'happened', channel, data: '', info: 'weather' });
    assert.equal(response.status, 200);
    assert.deepEqual(JSON.parse(response.body), { channels: { [channel]: {} } });
});

// What is wrong with the signature; each is answered with 401 and delivers nothing.
const refusals = {
    'no signature': { auth_signature: undefined },
    'an empty signature': { auth_signature: '' },
    'a wrong signature': { auth_signature: hmac('wrong', 'text') },
    'the key of another application': { auth_key: apps.other.key },
    'an unknown key': { auth_key: 'nobody' },
    'no key': { auth_key: undefined },
    'a timestamp too old': { auth_timestamp: String(seconds() - 605) },
    'a timestamp of the future': { auth_timestamp: String(seconds() + 605) },
    'a timestamp that is none': { auth_timestamp: 'now' },
    'no timestamp': { auth_timestamp: undefined },
    'the digest of another body': { body_md5: 'd41d8cd98f00b204e9800998ecf8427e' },
    'no digest': { body_md5: undefined },
};

for (const [what, changes] of Object.entries(refusals)) {
    test(`${what} is answered with 401`, async (t) => {
        const channel = unique();
        const client = await connect(t, app);
        await client.subscribe(app, channel);
        const response = await post(t, app, event({ channel }), changes);
        assert.equal(response.status, 401, response.body);
        assert.deepEqual(await client.settled(), []);
    });
}

test('another application’s secret is answered with 401', async (t) => {
    assert.equal((await post(t, { ...app, secret: apps.other.secret }, event())).status, 401);
});

for (const offset of [-590, 590]) {
    test(`a timestamp ${offset} seconds off is taken`, async (t) => {
        const response = await post(t, app, event(), { auth_timestamp: String(seconds() + offset) });
        assert.equal(response.status, 200);
    });
}

test('further parameters are taken where they are signed', async (t) => {
    assert.equal((await post(t, app, event(), { extra: 'value', auth_version: '1.0' })).status, 200);
});

test('a parameter is signed by its name as it came', async (t) => {
    assert.equal((await post(t, app, event(), { Extra: 'value' })).status, 200);
    // Signed in lower case, as Pusher's documentation has it and its SDKs do not.
    const path = eventsPath(app);
    const body = JSON.stringify(event());
    const signature = new URLSearchParams(signedQuery(app, 'POST', path, body, { extra: 'value' })).get('auth_signature');
    const response = await post(t, app, body, { Extra: 'value', auth_signature: signature });
    assert.equal(response.status, 401);
});

// What is wrong with an event's fields, and which of them the answer names.
const invalid = {
    'no name': [{ name: undefined }, 'name'],
    'a name that is a number': [{ name: 7 }, 'name'],
    'an empty name': [{ name: '' }, 'name'],
    'no data': [{ data: undefined }, 'data'],
    'data that is an object': [{ data: { a: 1 } }, 'data'],
    'data that is a number': [{ data: 7 }, 'data'],
    'no channel': [{ channel: undefined }, 'channel'],
    'a channel that is a number': [{ channel: 7 }, 'channel'],
    'an empty channel': [{ channel: '' }, 'channel'],
    'channels that are a string': [{ channel: undefined, channels: 'c' }, 'channel'],
    'channels with a number': [{ channel: undefined, channels: ['c', 7] }, 'channel'],
    'no channels in the list': [{ channel: undefined, channels: [] }, 'channel'],
    '101 channels': [{ channel: undefined, channels: Array.from({ length: 101 }, (_, n) => `c${n}`) }, 'channel'],
    'a socket_id that is a number': [{ socket_id: 1.2 }, 'socket_id'],
    'info that is a number': [{ info: 7 }, 'info'],
};

for (const [what, [changes, field]] of Object.entries(invalid)) {
    test(`${what} is answered with 400 and JSON that names it`, async (t) => {
        const response = await post(t, app, event(changes));
        assert.equal(response.status, 400);
        const fields = Object.entries(JSON.parse(response.body));
        assert.equal(fields.length, 1, response.body);
        const [name, texts] = fields[0];
        assert.ok(name.startsWith(field), `${name} was named`);
        assert.ok(Array.isArray(texts) && texts.every((text) => typeof text === 'string' && text !== ''));
    });
}

// What Pusher refuses and Reverb takes: answered in words.
const unacceptable = {
    'a name of 201 characters': [{ name: 'x'.repeat(201) }, /name/],
    'a channel with a space': [{ channel: 'two words' }, /two words/],
    'a channel of 201 characters': [{ channel: 'x'.repeat(201) }, /channel/],
    'a socket_id that is none': [{ socket_id: 'mine' }, /socket id/],
};

for (const [what, [changes, words]] of Object.entries(unacceptable)) {
    test(`${what} is answered with 400`, async (t) => {
        const response = await post(t, app, event(changes));
        assert.equal(response.status, 400);
        assert.match(response.body, words);
    });
}

for (const [what, body] of Object.entries({
    'no JSON': 'hello',
    'an empty body': '',
    'a list': '[]',
    'a string': '"event"',
    'a body cut short': '{"name":"n","channel":"c","data":"',
    'a body that is no UTF-8': Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1'),
})) {
    test(`${what} is answered with 400`, async (t) => {
        assert.equal((await post(t, app, body)).status, 400);
    });
}

test('100 channels, names of 200 characters', async (t) => {
    const channels = Array.from({ length: 100 }, (_, number) => `channel-${number}`);
    assert.equal((await post(t, app, { name: 'x'.repeat(200), channels, data: '' })).status, 200);
    assert.equal((await post(t, app, { name: 'n', channel: 'x'.repeat(200), data: '' })).status, 200);
});
