// Two people chat in two browsers, each case goes on where the one before ended.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { end, say, shown } from './people.mjs';
import { artisan, launch, refuses, root, serve } from './serve.mjs';

const patience = 15_000;
let server;
let browser;
let ana;
let ben;

async function enter(name) {
    const context = await browser.newContext({ viewport: { width: 720, height: 760 } });
    const page = await context.newPage();
    page.setDefaultTimeout(patience);
    const errors = [];
    page.on('pageerror', (error) => errors.push(error));
    await page.goto(server.url);
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Enter' }).click();
    return { name, page, context, errors };
}

const state = (person, text) => person.page.getByRole('status').getByText(text).waitFor();
const typing = (person) => person.page.locator('#typing');
const messages = (person) =>
    person.page.locator('#messages li').evaluateAll((items) =>
        items.map((item) => ({
            name: item.querySelector('.name').textContent,
            text: item.querySelector('.text').textContent,
            mine: item.classList.contains('mine'),
            failed: item.classList.contains('failed'),
        })),
    );

/** Notes each state the page shows from now on: one may be gone before anybody could look. */
const watchStates = (person) =>
    person.page.evaluate(() => {
        const element = document.querySelector('#state');
        window.states = [];
        new MutationObserver(() => window.states.push(element.dataset.state)).observe(element, {
            attributeFilter: ['data-state'],
        });
    });
// pusher-js tries again at once, and where that comes before the new server listens, 15 s later.
const reconnected = (person) =>
    person.page.waitForFunction(
        () => window.states.includes('reconnecting') && window.states.at(-1) === 'connected',
        undefined,
        { timeout: 40_000 },
    );

/** A case; when it fails, both windows are photographed. */
function chat(name, run) {
    test(name, async () => {
        try {
            await run();
        } catch (error) {
            const file = name.replaceAll(/[^a-z]+/gi, '-');
            for (const person of [ana, ben].filter(Boolean)) {
                await person.page.screenshot({ path: `${root}/build/browser/${file}-${person.name}.png` });
            }
            throw error;
        }
    });
}

before(async () => {
    server = await serve();
    browser = await chromium.launch(launch);
});

after(() => end(browser, server));

chat('two people enter and are connected', async () => {
    ana = await enter('Ana');
    ben = await enter('Ben');
    await state(ana, 'Connected');
    await state(ben, 'Connected');
});

chat('who types is seen by the other and not by themselves', async () => {
    await ana.page.getByLabel('Message', { exact: true }).pressSequentially('Hel');
    await typing(ben).getByText('Ana is typing …').waitFor();
    assert.equal(await typing(ana).textContent(), '');
});

chat('a message reaches the other, and its sender once', async () => {
    await say(ana, 'Hello Ben');
    await shown(ben, 'Hello Ben');
    await say(ben, 'Hello Ana, <b>how</b> are you? 🎉');
    await shown(ana, 'Hello Ana, <b>how</b> are you? 🎉');
    const talk = [
        { name: 'Ana', text: 'Hello Ben' },
        { name: 'Ben', text: 'Hello Ana, <b>how</b> are you? 🎉' },
    ];
    for (const person of [ana, ben]) {
        assert.deepEqual(
            await messages(person),
            talk.map((message) => ({ ...message, mine: message.name === person.name, failed: false })),
        );
    }
    assert.equal(await typing(ben).textContent(), '', 'who has said it types no longer');
});

for (const extension of [true, false]) {
    const way = extension ? 'with the extension' : 'without the extension, over HTTP';

    chat(`an event of another PHP process reaches both, ${way}`, async () => {
        const text = `From artisan, ${way}`;
        await artisan(['chat:say', text], { extension });
        for (const person of [ana, ben]) {
            await shown(person, text);
            const heard = (await messages(person)).filter((message) => message.text === text);
            assert.deepEqual(heard, [{ name: 'artisan', text, mine: false, failed: false }]);
        }
    });
}

chat('a command is answered by the server, to its sender alone', async () => {
    await say(ana, '/help');
    await shown(ana, 'Commands: /help, /time');
    await say(ana, 'That was a command');
    await shown(ben, 'That was a command');
    assert.deepEqual(
        (await messages(ben)).filter(({ name, text }) => name === 'Server' || text.startsWith('/')),
        [],
    );
});

chat('a restarted server has both back, and messages flow again', async () => {
    await ana.page.screenshot({ path: `${root}/build/browser/chat.png` });
    await Promise.all([ana, ben].map(watchStates));
    await artisan(['reverb:restart']);
    await Promise.all([ana, ben].map(reconnected));
    await say(ben, 'Still there?');
    await shown(ana, 'Still there?');
    await say(ana, 'Yes');
    await shown(ben, 'Yes');
    assert.equal((await messages(ana)).filter(({ failed }) => failed).length, 0);
});

chat('nobody without a name may listen', async () => {
    const stranger = await browser.newContext();
    const response = await stranger.request.post(`${server.url}/broadcasting/auth`, {
        form: { socket_id: '1.2', channel_name: 'private-chat' },
    });
    assert.equal(response.status(), 403);
    await stranger.close();
});

chat('the pages had no errors', async () => {
    assert.deepEqual(ana.errors, []);
    assert.deepEqual(ben.errors, []);
});

test('Ctrl-C ends bin/serve and all it started', async () => {
    server.child.kill('SIGINT');
    assert.deepEqual(await server.ended, { code: 0, signal: null });
    assert.ok(await refuses(server.port), 'the page is still served');
    assert.ok(await refuses(server.reverbPort), 'the WebSocket server still listens');
});
