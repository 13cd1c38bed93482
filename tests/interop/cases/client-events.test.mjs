// Events that clients send to one another.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connect } from '../lib/client.mjs';
import { apps, unique } from '../lib/target.mjs';

const app = apps.interop;

async function pair(t, application = app) {
    const channel = unique('private-');
    const [sender, receiver] = await Promise.all([connect(t, application), connect(t, application)]);
    await sender.subscribe(application, channel);
    await receiver.subscribe(application, channel);
    return { channel, sender, receiver };
}

test('a member’s event reaches the others and not its sender', async (t) => {
    const { channel, sender, receiver } = await pair(t);
    sender.send({ event: 'client-typing', channel, data: { name: 'Ana' } });
    assert.equal(
        (await receiver.nextRaw()).text,
        `{"event":"client-typing","channel":"${channel}","data":{"name":"Ana"}}`,
    );
    assert.deepEqual(await sender.settled(), []);
});

// [name, data as sent, data as received]; undefined: absent.
const passing = [
    ['an object', '{"a":{"b":[1,2.5,null,true]}}'],
    ['an empty object', '{}'],
    ['an array', '[1,2,3]'],
    ['an empty array', '[]'],
    ['a string that holds JSON', '"{\\"a\\":1}"'],
    ['text beyond ASCII', '{"text":"Grüße 🎉 日本"}'],
    ['escapes', '{"text":"\\u0041\\n\\"\\\\\\/"}'],
    ['a number that no double holds', '{"id":12345678901234567890}'],
];

for (const [name, data] of passing) {
    test(`data passes as it came: ${name}`, async (t) => {
        const { channel, sender, receiver } = await pair(t);
        sender.send(`{"event":"client-said","channel":"${channel}","data":${data}}`);
        assert.equal(
            (await receiver.nextRaw()).text,
            `{"event":"client-said","channel":"${channel}","data":${data}}`,
        );
    });
}

test('an event without data passes', async (t) => {
    const { channel, sender, receiver } = await pair(t);
    sender.send({ event: 'client-said', channel });
    const message = await receiver.next();
    assert.equal(message.event, 'client-said');
    assert.equal(message.channel, channel);
});

for (const [name, data] of [
    ['a plain string', '"hello"'],
    ['a number', '7'],
    ['true', 'true'],
]) {
    test(`data that is ${name} is refused`, async (t) => {
        const { channel, sender, receiver } = await pair(t);
        sender.send(`{"event":"client-said","channel":"${channel}","data":${data}}`);
        assert.equal((await sender.error()).code, 4200);
        assert.deepEqual(await receiver.settled(), []);
    });
}

test('who is no member is refused', async (t) => {
    const { channel, receiver } = await pair(t);
    const outsider = await connect(t, app);
    outsider.send({ event: 'client-said', channel, data: {} });
    assert.deepEqual(await outsider.error(), {
        code: 4009,
        message: 'The client is not a member of the specified channel.',
    });
    assert.deepEqual(await receiver.settled(), []);
});

test('who has left is no member', async (t) => {
    const { channel, sender, receiver } = await pair(t);
    sender.send({ event: 'pusher:unsubscribe', data: { channel } });
    sender.send({ event: 'client-said', channel, data: {} });
    assert.equal((await sender.error()).code, 4009);
    assert.deepEqual(await receiver.settled(), []);
});

test('public channels carry none', async (t) => {
    const channel = unique();
    const [sender, receiver] = await Promise.all([connect(t, app), connect(t, app)]);
    await sender.subscribe(app, channel);
    await receiver.subscribe(app, channel);
    sender.send({ event: 'client-said', channel, data: {} });
    assert.equal((await sender.error()).code, 4301);
    assert.deepEqual(await receiver.settled(), []);
});

test('an application can switch them off', async (t) => {
    const { channel, sender, receiver } = await pair(t, apps.silent);
    sender.send({ event: 'client-said', channel, data: {} });
    assert.deepEqual(await sender.error(), {
        code: 4301,
        message: 'The app does not have client messaging enabled.',
    });
    assert.deepEqual(await receiver.settled(), []);
});

test('an application can take them from everybody', async (t) => {
    const { channel, receiver } = await pair(t, apps.anyone);
    const outsider = await connect(t, apps.anyone);
    outsider.send({ event: 'client-said', channel, data: {} });
    assert.equal((await receiver.next()).event, 'client-said');
    assert.deepEqual(await outsider.settled(), []);
});

test('an event reaches every member, in order', async (t) => {
    const { channel, sender } = await pair(t);
    const members = await Promise.all(Array.from({ length: 10 }, () => connect(t, app)));
    for (const member of members) {
        await member.subscribe(app, channel);
    }
    for (let number = 0; number < 100; number += 1) {
        sender.send({ event: 'client-count', channel, data: { number } });
    }
    await sender.settled();
    for (const member of members) {
        for (let number = 0; number < 100; number += 1) {
            assert.equal((await member.next()).data.number, number);
        }
    }
});
