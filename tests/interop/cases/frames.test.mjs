// Frames as RFC 6455, sections 5 to 7, has them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { closePayload, frame, opcodes, rawConnect } from '../lib/raw.mjs';
import { apps } from '../lib/target.mjs';

const app = apps.interop;
const { continuation, text, binary, close, ping, pong } = opcodes;
const hello = '{"event":"pusher:ping"}';

async function closedWith(raw, code) {
    const answer = await raw.frame();
    assert.equal(answer?.opcode, close, `a close was expected: ${JSON.stringify(answer)}`);
    assert.equal(answer.code, code);
    raw.write(frame(close, answer.payload.subarray(0, 2)));
    assert.ok(await raw.end(), 'the server ends the connection after both closes');
}

async function answersPong(raw) {
    assert.deepEqual(await raw.message(), { event: 'pusher:pong' });
}

test('the server’s frames are whole, unmasked text', async (t) => {
    const raw = await rawConnect(t, app);
    raw.write(frame(text, hello));
    const { fin, masked, opcode } = await raw.frame();
    assert.deepEqual({ fin, masked, opcode }, { fin: true, masked: false, opcode: text });
});

test('a message in three fragments', async (t) => {
    const raw = await rawConnect(t, app);
    raw.write(frame(text, hello.slice(0, 5), { fin: false }));
    raw.write(frame(continuation, hello.slice(5, 9), { fin: false }));
    raw.write(frame(continuation, hello.slice(9)));
    await answersPong(raw);
});

test('a message in fragments of one byte, empty ones between', async (t) => {
    const raw = await rawConnect(t, app);
    raw.write(frame(text, '', { fin: false }));
    for (const byte of Buffer.from(hello)) {
        raw.write(frame(continuation, Buffer.from([byte]), { fin: false }));
        raw.write(frame(continuation, '', { fin: false }));
    }
    raw.write(frame(continuation, ''));
    await answersPong(raw);
});

test('a ping between fragments is answered at once', async (t) => {
    const raw = await rawConnect(t, app);
    raw.write(frame(text, hello.slice(0, 5), { fin: false }));
    raw.write(frame(ping, 'now'));
    const answer = await raw.frame();
    assert.equal(answer.opcode, pong);
    assert.equal(answer.payload.toString(), 'now');
    raw.write(frame(continuation, hello.slice(5)));
    await answersPong(raw);
});

test('a frame that comes byte by byte', async (t) => {
    const raw = await rawConnect(t, app);
    for (const byte of frame(text, hello)) {
        raw.write(Buffer.from([byte]));
        await new Promise((resolve) => setImmediate(resolve));
    }
    await answersPong(raw);
});

test('many frames in one packet', async (t) => {
    const raw = await rawConnect(t, app);
    raw.write(Buffer.concat(Array.from({ length: 200 }, () => frame(text, hello))));
    for (let count = 0; count < 200; count += 1) {
        await answersPong(raw);
    }
});

test('a binary message is read as text', async (t) => {
    const raw = await rawConnect(t, app);
    raw.write(frame(binary, hello));
    await answersPong(raw);
});

for (const [what, payload] of [
    ['without payload', ''],
    ['of 125 bytes', 'x'.repeat(125)],
    ['of any bytes', Buffer.from([0, 255, 254, 0x80, 0xc0])],
]) {
    test(`a ping ${what} is answered with the same`, async (t) => {
        const raw = await rawConnect(t, app);
        raw.write(frame(ping, payload));
        const answer = await raw.frame();
        assert.equal(answer.opcode, pong);
        assert.deepEqual(answer.payload, Buffer.from(payload));
    });
}

test('a pong nobody asked for is nothing', async (t) => {
    const raw = await rawConnect(t, app);
    raw.write(frame(pong, 'unasked'));
    raw.write(frame(text, hello));
    await answersPong(raw);
});

// [frames, what they are]; each is a protocol error.
const violations = {
    'a reserved opcode for data': [frame(3, 'x')],
    'a reserved opcode for control': [frame(11, '')],
    'the first reserved bit': [frame(text, hello, { rsv: 4 })],
    'the second reserved bit': [frame(text, hello, { rsv: 2 })],
    'the third reserved bit': [frame(text, hello, { rsv: 1 })],
    'a reserved bit on a ping': [frame(ping, '', { rsv: 4 })],
    'a fragmented ping': [frame(ping, 'x', { fin: false })],
    'a fragmented close': [frame(close, closePayload(1000), { fin: false })],
    'a continuation of nothing': [frame(continuation, hello)],
    'a continuation of nothing, unfinished': [frame(continuation, hello, { fin: false })],
    'a message within a message': [frame(text, 'a', { fin: false }), frame(text, hello)],
};

for (const [what, frames] of Object.entries(violations)) {
    test(`${what} is closed with 1002`, async (t) => {
        const raw = await rawConnect(t, app);
        frames.forEach((bytes) => raw.write(bytes));
        await closedWith(raw, 1002);
    });
}

// These as well, but libwebsockets ends the connection without saying why.
const cutOff = {
    'a ping of 126 bytes': frame(ping, 'x'.repeat(126)),
    'a close of one byte': frame(close, 'x'),
    'a close whose reason is no UTF-8': frame(
        close,
        Buffer.concat([closePayload(1000), Buffer.from([0xff])]),
    ),
};

for (const [what, bytes] of Object.entries(cutOff)) {
    test(`${what} ends the connection`, async (t) => {
        const raw = await rawConnect(t, app);
        raw.write(bytes);
        const answer = await raw.frame();
        if (answer !== undefined) {
            assert.equal(answer.opcode, close);
            assert.notEqual(answer.code, 1000);
            raw.write(frame(close, closePayload(1002)));
        }
        assert.ok(await raw.end());
    });
}

for (const code of [0, 999, 1004, 1005, 1006, 1012, 1015, 1016, 1100, 2000, 2999]) {
    test(`a close with the code ${code} is a protocol error`, async (t) => {
        const raw = await rawConnect(t, app);
        raw.write(frame(close, closePayload(code)));
        await closedWith(raw, 1002);
    });
}

for (const [code, reason] of [
    [1000, ''],
    [1001, 'going away'],
    [1011, ''],
    [3000, 'library'],
    [4999, 'application'],
    [1000, 'x'.repeat(123)],
]) {
    test(`a close with ${code} and ${reason.length} bytes of reason is answered with ${code}`, async (t) => {
        const raw = await rawConnect(t, app);
        raw.write(frame(close, closePayload(code, reason)));
        await closedWith(raw, code);
    });
}

test('a close without a code is answered', async (t) => {
    const raw = await rawConnect(t, app);
    raw.write(frame(close, ''));
    const answer = await raw.frame();
    assert.equal(answer?.opcode, close);
    assert.ok(await raw.end());
});

test('after a close nothing is read any more', async (t) => {
    const raw = await rawConnect(t, app);
    raw.write(Buffer.concat([frame(close, closePayload(1000)), frame(text, hello)]));
    await closedWith(raw, 1000);
});

test('what came whole before a protocol error is answered', async (t) => {
    const raw = await rawConnect(t, app);
    raw.write(Buffer.concat([frame(text, hello), frame(3, 'x')]));
    await answersPong(raw);
    await closedWith(raw, 1002);
});

const invalidText = {
    'a byte that is none': [[0xff]],
    'an overlong slash': [[0xc0, 0xaf]],
    'a surrogate': [[0xed, 0xa0, 0x80]],
    'a code point past the last': [[0xf4, 0x90, 0x80, 0x80]],
    'a character cut off at the end': [[0xe2, 0x82]],
    'a continuation byte alone': [[0x80]],
    'a character broken by its second fragment': [[0xe2], [0x28, 0xa1]],
};

for (const [what, parts] of Object.entries(invalidText)) {
    test(`text with ${what} is closed with 1007`, async (t) => {
        const raw = await rawConnect(t, app);
        parts.forEach((bytes, index) =>
            raw.write(
                frame(index === 0 ? text : continuation, Buffer.from(bytes), {
                    fin: index === parts.length - 1,
                }),
            ),
        );
        await closedWith(raw, 1007);
    });
}

test('a character may be split over fragments', async (t) => {
    const raw = await rawConnect(t, app);
    const bytes = Buffer.from('{"event":"pusher:ping","data":"é€🎉"}');
    for (const [index, byte] of bytes.entries()) {
        raw.write(
            frame(index === 0 ? text : continuation, Buffer.from([byte]), {
                fin: index === bytes.length - 1,
            }),
        );
    }
    await answersPong(raw);
});

test('fragments that are too much together are closed with 1009', async (t) => {
    const raw = await rawConnect(t, apps.small);
    raw.write(frame(text, 'x'.repeat(150), { fin: false }));
    raw.write(frame(continuation, 'x'.repeat(51), { fin: false }));
    await closedWith(raw, 1009);
});

for (const length of [201, 65_536, 2 ** 31, 2 ** 53 - 1]) {
    test(`a frame that announces ${length} bytes is closed with 1009 at its first`, async (t) => {
        const raw = await rawConnect(t, apps.small);
        raw.write(frame(text, 'x', { length }));
        const answer = await raw.frame();
        assert.equal(answer?.opcode, close);
        assert.equal(answer.code, 1009);
    });
}
