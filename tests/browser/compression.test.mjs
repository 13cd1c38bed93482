// The chat with compression on: Chromium offers it by itself, and pusher-js notices nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { end, say, shown } from './people.mjs';
import { artisan, launch, serve } from './serve.mjs';

const patience = 15_000;
let server;
let browser;

/** Somebody who is in the chat, and the answer that their WebSocket's handshake got. */
async function enter(name) {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    const network = await context.newCDPSession(page);
    await network.send('Network.enable');
    const handshake = new Promise((resolve) => {
        network.once('Network.webSocketHandshakeResponseReceived', ({ response }) => resolve(response));
    });
    await page.goto(server.url);
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Enter' }).click();
    await page.getByRole('status').getByText('Connected').waitFor();
    return { page, handshake: await handshake };
}

before(async () => {
    server = await serve({ REVERB_COMPRESSION: 'true', REVERB_COMPRESSION_THRESHOLD: '200' });
    browser = await chromium.launch(launch);
});

after(() => end(browser, server));

test('browsers agree on compression, and messages arrive', async () => {
    const ana = await enter('Ana');
    const ben = await enter('Ben');
    for (const { handshake } of [ana, ben]) {
        const headers = Object.entries(handshake.headers).map(([name, value]) => [name.toLowerCase(), value]);
        assert.equal(
            Object.fromEntries(headers)['sec-websocket-extensions'],
            'permessage-deflate; server_no_context_takeover; client_no_context_takeover',
        );
    }
    const long = 'A longer message, so that it is compressed, and compressed, and compressed. 🎉 '.repeat(4).trim();
    for (const [from, to, text] of [
        [ana, ben, 'Short'],
        [ben, ana, long],
        [ana, ben, `${long} Again.`],
    ]) {
        await say(from, text);
        await shown(to, text);
        await shown(from, text);
    }
    await artisan(['chat:say', `${long} From artisan.`]);
    await Promise.all([ana, ben].map((person) => shown(person, `${long} From artisan.`)));

    const status = JSON.parse(await artisan(['reverb:status', '--json'], { output: true }));
    assert.equal(status.connections_compressed, 2);
    assert.ok(status.messages_compressed >= 3, `${status.messages_compressed} messages compressed`);
    assert.ok(status.bytes_saved > 500, `${status.bytes_saved} bytes saved`);
});
