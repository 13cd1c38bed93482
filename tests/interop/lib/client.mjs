// A client of the WebSocket side that sees each message as it came.
import assert from 'node:assert/strict';
import WebSocket from 'ws';
import { host, port } from './target.mjs';
import { channelAuth } from './sign.mjs';

const patience = 5000;
// A server may wait for the answer to its close before it ends the connection.
const patienceForClose = 8000;

export class Client {
    #inbox = [];
    #waiting = [];
    #gone = null;
    #closed;

    constructor(socket) {
        this.socket = socket;
        this.opened = new Promise((resolve, reject) => {
            socket.once('open', resolve);
            socket.once('error', reject);
        });
        this.opened.catch(() => {});
        this.#closed = new Promise((resolve) => {
            socket.once('close', (code, reason) => {
                this.#gone = new Error(`no message, but a close with ${code}`);
                this.#waiting.splice(0).forEach(({ reject }) => reject(this.#gone));
                resolve({ code, reason: reason.toString() });
            });
        });
        socket.on('error', () => {});
        socket.on('message', (data, binary) => this.#arrived({ text: data.toString(), binary }));
        socket.on('ping', () => this.#arrived({ text: '', control: 'ping' }));
    }

    #arrived(message) {
        const waiting = this.#waiting.shift();
        if (waiting) {
            waiting.resolve(message);
        } else {
            this.#inbox.push(message);
        }
    }

    /** How the connection has closed, as {code, reason}. */
    get closed() {
        let timer;
        const late = new Promise((_, reject) => {
            timer = setTimeout(
                () => reject(new Error(`not closed within ${patienceForClose} ms`)), patienceForClose,
            );
        });
        return Promise.race([this.#closed, late]).finally(() => clearTimeout(timer));
    }

    /** The next message as {text, binary} or {control}. */
    async nextRaw(timeout = patience) {
        if (this.#inbox.length > 0) {
            return this.#inbox.shift();
        }
        if (this.#gone !== null) {
            throw this.#gone;
        }
        return new Promise((resolve, reject) => {
            const entry = {};
            const timer = setTimeout(() => {
                this.#waiting = this.#waiting.filter((other) => other !== entry);
                reject(new Error(`no message within ${timeout} ms`));
            }, timeout);
            const settled = (settle) => (value) => {
                clearTimeout(timer);
                settle(value);
            };
            Object.assign(entry, { resolve: settled(resolve), reject: settled(reject) });
            this.#waiting.push(entry);
        });
    }

    /** The next message, decoded. */
    async next(timeout) {
        let message = await this.nextRaw(timeout);
        while (message.control) {
            message = await this.nextRaw(timeout);
        }
        return JSON.parse(message.text);
    }

    send(message) {
        this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    }

    /** What has come until the server answered everything sent so far. */
    async settled() {
        this.send({ event: 'pusher:ping' });
        const messages = [];
        for (;;) {
            const message = await this.next();
            if (message.event === 'pusher:pong') {
                return messages;
            }
            messages.push(message);
        }
    }

    /** The error that comes next: its `data`, decoded. */
    async error() {
        const message = await this.next();
        assert.equal(message.event, 'pusher:error');
        assert.equal(typeof message.data, 'string');
        return JSON.parse(message.data);
    }

    /** Asks for a channel; `member` is the channel_data of a presence channel. */
    ask(app, channel, member) {
        const data = { channel };
        if (member !== undefined) {
            data.channel_data = typeof member === 'string' ? member : JSON.stringify(member);
        }
        if (/^(private|presence)-/.test(channel)) {
            data.auth = channelAuth(app, this.id, channel, data.channel_data);
        }
        this.send({ event: 'pusher:subscribe', data });
    }

    /** Subscribes and gives what subscription_succeeded says, decoded. */
    async subscribe(app, channel, member) {
        this.ask(app, channel, member);
        const message = await this.next();
        assert.equal(message.event, 'pusher_internal:subscription_succeeded', JSON.stringify(message));
        assert.equal(message.channel, channel);
        return JSON.parse(message.data);
    }

    unsubscribe(channel) {
        this.send({ event: 'pusher:unsubscribe', data: { channel } });
    }

    close() {
        this.socket.close();
        return this.closed;
    }
}

const address = (key, query) => `ws://${host}:${port}/app/${key}?${query}`;

/** Connects without waiting for anything. */
export function open(app, { origin, key = app.key, autoPong = true, query = 'protocol=7&client=js&version=8.4.0' } = {}) {
    return new Client(new WebSocket(address(key, query), { origin, autoPong, perMessageDeflate: false }));
}

/** Connects and waits for connection_established; closes after the test `t`. */
export async function connect(t, app, options) {
    const client = open(app, options);
    t.after(() => client.socket.terminate());
    await client.opened;
    const message = await client.next();
    assert.equal(message.event, 'pusher:connection_established');
    const data = JSON.parse(message.data);
    client.id = data.socket_id;
    client.established = { message, data };
    return client;
}
