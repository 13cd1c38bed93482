// Messages that are wrong: each with its code, and the connection stays open.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connect } from '../lib/client.mjs';
import { apps, unique } from '../lib/target.mjs';

const app = apps.interop;
const invalid = { code: 4200, message: 'Invalid message format' };

const malformed = {
    'no JSON': 'hello',
    'an empty message': '',
    'half of a message': '{"event":"pusher:ping"',
    'two messages': '{"event":"pusher:ping"}{"event":"pusher:ping"}',
    'a scalar': '7',
    'null': 'null',
    'a string': '"pusher:ping"',
    'an array': '["pusher:ping"]',
    'an empty object': '{}',
    'an event that is a number': '{"event":7}',
    'an event that is null': '{"event":null}',
    'an event that is an object': '{"event":{}}',
    'an unknown pusher event': '{"event":"pusher:unheard_of","data":{}}',
    'an event only servers send': '{"event":"pusher:connection_established"}',
    'an internal event': '{"event":"pusher:subscription_succeeded","channel":"c","data":"{}"}',
    'a subscription without data': '{"event":"pusher:subscribe"}',
    'a subscription with empty data': '{"event":"pusher:subscribe","data":""}',
    'a subscription without a channel': '{"event":"pusher:subscribe","data":{}}',
    'a subscription to a number': '{"event":"pusher:subscribe","data":{"channel":7}}',
    'a subscription to an empty name': '{"event":"pusher:subscribe","data":{"channel":""}}',
    'a subscription to an object': '{"event":"pusher:subscribe","data":{"channel":{}}}',
    'a subscription with an auth that is a number':
        '{"event":"pusher:subscribe","data":{"channel":"private-c","auth":7}}',
    'a subscription with an auth that is an object':
        '{"event":"pusher:subscribe","data":{"channel":"private-c","auth":{}}}',
    'a subscription with channel_data that is no JSON':
        '{"event":"pusher:subscribe","data":{"channel":"private-c","auth":"a:b","channel_data":"{"}}',
    'a subscription with channel_data that is an object':
        '{"event":"pusher:subscribe","data":{"channel":"private-c","auth":"a:b","channel_data":{}}}',
    'unsubscribing without data': '{"event":"pusher:unsubscribe"}',
    'unsubscribing from a number': '{"event":"pusher:unsubscribe","data":{"channel":7}}',
    'a client event without a channel': '{"event":"client-said","data":{}}',
    'a client event whose channel is a number': '{"event":"client-said","channel":7,"data":{}}',
    'nesting without end': `{"event":"pusher:subscribe","data":${'['.repeat(4000)}${']'.repeat(4000)}}`,
    'a lone surrogate': '{"event":"\\ud800"}',
};

for (const [what, message] of Object.entries(malformed)) {
    test(`${what} is answered with 4200`, async (t) => {
        const client = await connect(t, app);
        client.send(message);
        assert.deepEqual(await client.error(), invalid);
        assert.deepEqual(await client.settled(), []);
    });
}

const ignored = {
    'an event of another name': '{"event":"something","data":{}}',
    'members nobody knows': '{"event":"pusher:pong","data":{},"more":[1,{"a":2}]}',
    'spaces around everything': ' \n{ "event" : "pusher:pong" , "data" : { } } \t',
};

for (const [what, message] of Object.entries(ignored)) {
    test(`${what}: nothing to answer`, async (t) => {
        const client = await connect(t, app);
        client.send(message);
        assert.deepEqual(await client.settled(), []);
    });
}

test('a neighbour notices nothing', async (t) => {
    const channel = unique('private-');
    const [rude, witness, speaker] = await Promise.all([connect(t, app), connect(t, app), connect(t, app)]);
    for (const client of [rude, witness, speaker]) {
        await client.subscribe(app, channel);
    }
    for (const [number, message] of Object.values(malformed).entries()) {
        rude.send(message);
        speaker.send({ event: 'client-count', channel, data: { number } });
    }
    for (let number = 0; number < Object.keys(malformed).length; number += 1) {
        assert.equal((await witness.next()).data.number, number);
    }
});

for (const [what, name] of [
    ['a space', 'two words'],
    ['a slash', 'a/b'],
    ['a letter beyond ASCII', 'kanäle'],
    ['201 characters', 'a'.repeat(201)],
]) {
    test(`a channel whose name has ${what} is not subscribed`, async (t) => {
        const client = await connect(t, app);
        client.send({ event: 'pusher:subscribe', data: { channel: name } });
        const messages = await client.settled();
        assert.ok(messages.length > 0);
        assert.ok(messages.every(({ event }) => event !== 'pusher_internal:subscription_succeeded'));
    });
}

test('a channel name of 200 characters is subscribed', async (t) => {
    const client = await connect(t, app);
    await client.subscribe(app, unique().padEnd(200, 'x'));
});
