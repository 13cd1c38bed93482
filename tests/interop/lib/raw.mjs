// Bytes on a socket: HTTP responses and WebSocket frames, written and read with nothing between.
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { host, port } from './target.mjs';

const patience = 5000;
// A server may wait for the answer to its close, or for what a broken frame announced.
const patienceForEnd = 8000;

export class Raw {
    #bytes = Buffer.alloc(0);
    #ended = false;
    #wake = () => {};

    constructor(t) {
        this.socket = net.connect(port, host);
        this.socket.setNoDelay(true);
        t.after(() => this.socket.destroy());
        this.socket.on('data', (chunk) => {
            this.#bytes = Buffer.concat([this.#bytes, chunk]);
            this.#wake();
        });
        const end = () => {
            this.#ended = true;
            this.#wake();
        };
        this.socket.on('end', end);
        this.socket.on('error', end);
        this.socket.on('close', end);
    }

    write(bytes) {
        this.socket.write(bytes);
        return this;
    }

    /** Waits until `take` makes something of the bytes so far; undefined at the end of the stream. */
    async #until(take, milliseconds = patience) {
        const deadline = Date.now() + milliseconds;
        for (;;) {
            const taken = take(this.#bytes);
            if (taken !== undefined) {
                this.#bytes = this.#bytes.subarray(taken.size);
                return taken.value;
            }
            if (this.#ended) {
                return undefined;
            }
            const left = deadline - Date.now();
            if (left <= 0) {
                throw new Error(`nothing whole within ${milliseconds} ms, but ${this.#bytes.length} bytes`);
            }
            await new Promise((resolve) => {
                const timer = setTimeout(resolve, left);
                this.#wake = () => {
                    clearTimeout(timer);
                    resolve();
                };
            });
        }
    }

    /** Resolves when the server has ended the connection. */
    async end() {
        const value = await this.#until(() => undefined, patienceForEnd);
        return value === undefined;
    }

    /** The next HTTP response; `bodyless` for the answer to HEAD. */
    response({ bodyless = false } = {}) {
        return this.#until((bytes) => {
            const head = bytes.indexOf('\r\n\r\n');
            if (head === -1) {
                return undefined;
            }
            const [line, ...rest] = bytes.subarray(0, head).toString('latin1').split('\r\n');
            const headers = {};
            for (const field of rest) {
                const colon = field.indexOf(':');
                headers[field.slice(0, colon).toLowerCase()] = field.slice(colon + 1).trim();
            }
            const status = Number(line.split(' ')[1]);
            const start = head + 4;
            let length = bodyless || status === 101 ? 0 : Number(headers['content-length']);
            if (Number.isNaN(length)) {
                // Without a length the body ends with the connection.
                length = this.#ended ? bytes.length - start : Infinity;
            }
            if (bytes.length < start + length) {
                return undefined;
            }
            const body = bytes.subarray(start, start + length).toString();
            return { size: start + length, value: { line, status, headers, body } };
        });
    }

    /** The next frame as {fin, opcode, payload}, with `code` if it is a close. */
    frame() {
        return this.#until((bytes) => {
            if (bytes.length < 2) {
                return undefined;
            }
            let length = bytes[1] & 0x7f;
            let start = 2;
            if (length === 126) {
                if (bytes.length < 4) {
                    return undefined;
                }
                length = bytes.readUInt16BE(2);
                start = 4;
            } else if (length === 127) {
                if (bytes.length < 10) {
                    return undefined;
                }
                length = Number(bytes.readBigUInt64BE(2));
                start = 10;
            }
            if (bytes.length < start + length) {
                return undefined;
            }
            const payload = Buffer.from(bytes.subarray(start, start + length));
            const opcode = bytes[0] & 0x0f;
            const value = { fin: (bytes[0] & 0x80) !== 0, masked: (bytes[1] & 0x80) !== 0, opcode, payload };
            if (opcode === 8 && length >= 2) {
                value.code = payload.readUInt16BE(0);
            }
            return { size: start + length, value };
        });
    }

    /** The next text frame, decoded. */
    async message() {
        const frame = await this.frame();
        if (frame?.opcode !== 1) {
            throw new Error(`a text frame was expected: ${JSON.stringify(frame)}`);
        }
        return JSON.parse(frame.payload.toString());
    }
}

/** A request's bytes. Headers with an array as value are sent once for each. */
export function request(method, target, headers = {}, body = '', version = 'HTTP/1.1') {
    const lines = Object.entries({ Host: `${host}:${port}`, ...headers })
        .filter(([, value]) => value !== undefined)
        .flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}`));
    return `${[`${method} ${target} ${version}`, ...lines].join('\r\n')}\r\n\r\n${body}`;
}

export const newKey = () => randomBytes(16).toString('base64');

/** The headers of a WebSocket handshake. */
export const upgradeHeaders = (key = newKey()) => ({
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': key,
    'Sec-WebSocket-Version': '13',
});

/** A connection after its handshake and connection_established. */
export async function rawConnect(t, app) {
    const raw = new Raw(t);
    raw.write(request('GET', `/app/${app.key}`, upgradeHeaders()));
    const response = await raw.response();
    if (response?.status !== 101) {
        throw new Error(`the handshake was refused: ${response?.line}`);
    }
    await raw.message();
    return raw;
}

/** A client's frame. `length` is what its header says, whatever the payload's is. */
export function frame(opcode, payload = '', { fin = true, rsv = 0, length = undefined } = {}) {
    const bytes = Buffer.from(payload);
    const size = BigInt(length ?? bytes.length);
    const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
    let head;
    if (size < 126n) {
        head = Buffer.from([first, 0x80 | Number(size)]);
    } else if (size < 65536n) {
        head = Buffer.alloc(4);
        head.set([first, 0x80 | 126]);
        head.writeUInt16BE(Number(size), 2);
    } else {
        head = Buffer.alloc(10);
        head.set([first, 0x80 | 127]);
        head.writeBigUInt64BE(size, 2);
    }
    const mask = randomBytes(4);
    const masked = Buffer.from(bytes.map((byte, index) => byte ^ mask[index % 4]));
    return Buffer.concat([head, mask, masked]);
}

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/** The payload of a close frame. */
export function closePayload(code, reason = '') {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16BE(code);
    return Buffer.concat([bytes, Buffer.from(reason)]);
}
