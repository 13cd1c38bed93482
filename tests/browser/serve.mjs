// bin/serve as a child, on free ports, and the browser to look at it.
import { spawn } from 'node:child_process';
import net from 'node:net';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const app = 'build/chat';

/** How Chromium is started. */
export const launch = {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: false,
    args: [
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
    ],
};

async function freePort() {
    const server = net.createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}

export function refuses(port) {
    return new Promise((resolve) => {
        const socket = net.connect(port, '127.0.0.1');
        socket.once('connect', () => {
            socket.destroy();
            resolve(false);
        });
        socket.once('error', () => resolve(true));
    });
}

/** Starts bin/serve and waits for the address it prints; `environment` wins over the application's. */
export async function serve(environment = {}) {
    const [port, reverbPort] = [await freePort(), await freePort()];
    const child = spawn(`${root}/bin/serve`, [`--app=${app}`, `--port=${port}`, `--reverb-port=${reverbPort}`], {
        cwd: '/',
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
    await new Promise((resolve, reject) => {
        const arrived = (chunk) => {
            output += chunk;
            process.stdout.write(chunk);
            if (output.includes('Ctrl-C ends both')) {
                resolve();
            }
        };
        child.stdout.on('data', arrived);
        child.stderr.on('data', arrived);
        ended.then(({ code }) => reject(new Error(`bin/serve ended with status ${code}`)));
    });
    return { child, ended, port, reverbPort, url: `http://127.0.0.1:${port}` };
}

/**
 * Runs artisan in the application; with the extension it publishes over the unix socket. Returns what
 * it prints where `output` is wanted.
 */
export async function artisan(args, { extension = true, output = false } = {}) {
    const options = extension ? ['-d', `extension=${process.env.REVERB_EXTENSION}`] : [];
    const child = spawn('php', [...options, 'artisan', ...args], {
        cwd: `${root}/${app}`,
        stdio: ['inherit', output ? 'pipe' : 'inherit', 'inherit'],
    });
    let printed = '';
    child.stdout?.on('data', (chunk) => {
        printed += chunk;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) {
        throw new Error(`artisan ${args.join(' ')} ended with status ${code}`);
    }
    return printed;
}
