// A page of the application in Chromium: what its console says, and pusher-js in it.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { app } from './clients.mjs';

const pusher = fileURLToPath(new URL('../node_modules/pusher-js/dist/web/pusher.js', import.meta.url));

export async function browser(t) {
    const chromiumBrowser = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        chromiumSandbox: false,
        args: [
            '--host-resolver-rules=MAP example.com 127.0.0.1, MAP *.example.com 127.0.0.1',
            '--disable-gpu',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
        ],
    });
    t.after(() => chromiumBrowser.close());
    return chromiumBrowser;
}

/** A page under https://example.com, which nginx must serve; `console` is what it has said. */
export async function page(t, site, chromiumBrowser) {
    writeFileSync(`${site.app}/public/page.html`, '<!doctype html><link rel="icon" href="data:,"><title>page</title>');
    const context = await chromiumBrowser.newContext({ ignoreHTTPSErrors: true });
    t.after(() => context.close());
    const tab = await context.newPage();
    const lines = [];
    tab.on('console', (message) => lines.push(message.text()));
    await tab.goto(`https://example.com:${site.ports.https}/page.html`);
    await tab.addScriptTag({ path: pusher });
    return {
        tab,
        get console() {
            return lines.join('\n');
        },
        /** Starts pusher-js; its errors and states go to the console. */
        connect: (options = {}) =>
            tab.evaluate(
                ({ key, ...given }) => {
                    window.client = new window.Pusher(key, {
                        cluster: '',
                        forceTLS: true,
                        enabledTransports: ['ws', 'wss'],
                        ...given,
                    });
                    window.client.connection.bind('error', (error) => console.log(JSON.stringify(error)));
                    window.client.connection.bind('state_change', ({ current }) => console.log(`state: ${current}`));
                },
                { key: app.key, wsHost: 'ws.example.com', wsPort: site.ports.https, wssPort: site.ports.https, ...options },
            ),
    };
}
