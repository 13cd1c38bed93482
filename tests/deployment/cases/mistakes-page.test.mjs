// The usual mistakes, each made for real: what is seen then is what docs/DEPLOYMENT.md says. Of a
// page: its key, port, scheme and origin.
import assert from 'node:assert/strict';
import test from 'node:test';
import { browser, page } from '../lib/browser.mjs';
import { says } from '../lib/document.mjs';
import { Site } from '../lib/site.mjs';

const both = ['ws.example.com.conf', 'example.com.conf'];

test('what a page meets', async (t) => {
    const site = await Site.create(t);
    // With HTTP/2 for the page, as most sites have it; WebSockets then have connections of their own.
    await site.nginx(both, (text) => text.replaceAll(' ssl;', ' ssl http2;'));
    await site.reverb();
    const chromium = await browser(t);

    await t.test('nothing is wrong', async (t) => {
        const it = await page(t, site, chromium);
        await it.connect();
        await it.tab.waitForFunction(() => window.client.connection.state === 'connected');
        assert.equal(it.console, 'state: connected');
    });

    await t.test('the port of the server instead of nginx\'s', async (t) => {
        const it = await page(t, site, chromium);
        await it.connect({ wsPort: site.ports.reverb, wssPort: site.ports.reverb });
        await says(site, () => it.console, 'net::ERR_SSL_PROTOCOL_ERROR');
    });

    await t.test('a key that no application has', async (t) => {
        const it = await page(t, site, chromium);
        await it.connect({ key: 'another-key' });
        await says(site, () => it.console, '"data":{"code":4001,"message":"Application does not exist"}');
        await it.tab.waitForFunction(() => window.client.connection.state === 'disconnected');
    });

    await t.test('ws:// from a page of https', async (t) => {
        const it = await page(t, site, chromium);
        const error = await it.tab.evaluate((port) => {
            try {
                new WebSocket(`ws://ws.example.com:${port}/app/my-key`);
            } catch (error) {
                return `${error.name}: ${error.message}`;
            }
        }, site.ports.reverb);
        await says(site, () => error, 'An insecure WebSocket connection may not be initiated from a page loaded over HTTPS.');
        // pusher-js does not do that: it takes wss:// there in spite of its options.
        await it.connect({ forceTLS: false });
        await it.tab.waitForFunction(() => window.client.connection.state === 'connected');
    });

    await t.test('a message larger than max_message_size', async (t) => {
        const it = await page(t, site, chromium);
        await it.connect();
        await it.tab.waitForFunction(() => window.client.connection.state === 'connected');
        await it.tab.evaluate(() => window.client.connection.send('x'.repeat(10_001)));
        await says(site, () => it.console, '"data":{"code":1009');
    });
});

test('what a page of another origin meets', async (t) => {
    const site = await Site.create(t);
    const origins = (list) =>
        site.setEnvironment({ TEST_CONFIG: site.testConfig({ 'reverb.apps.apps.0.allowed_origins': list }) });
    await site.nginx(both);
    const chromium = await browser(t);

    await t.test('a scheme in allowed_origins', async (t) => {
        origins(['https://example.com']);
        const server = await site.reverb();
        const it = await page(t, site, chromium);
        await it.connect();
        await says(site, () => it.console, '"data":{"code":4009,"message":"Origin not allowed"}');
        await says(site, () => server.output.replaceAll(/\s+/g, ' '), '"https://example.com" allows no page, as only hosts are compared.');
        await server.stop();
    });

    await t.test('the host alone', async (t) => {
        origins(['example.com']);
        await site.reverb();
        const it = await page(t, site, chromium);
        await it.connect();
        await it.tab.waitForFunction(() => window.client.connection.state === 'connected');
    });
});
