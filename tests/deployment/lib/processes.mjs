// Processes of a case: each is ended when its case is.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export class Daemon {
    output = '';

    constructor(t, command, args, options = {}) {
        this.child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
        this.child.stdout.on('data', (chunk) => (this.output += chunk));
        this.child.stderr.on('data', (chunk) => (this.output += chunk));
        this.ended = new Promise((resolve, reject) => {
            this.child.once('error', reject);
            this.child.once('close', (code, signal) => resolve({ code, signal }));
        });
        t?.after(() => this.stop());
    }

    get pid() {
        return this.child.pid;
    }

    get running() {
        return this.child.exitCode === null && this.child.signalCode === null;
    }

    /** Ends it and waits for it; what does not end within 20 s is killed. */
    async stop(signal = 'SIGTERM') {
        if (this.running) {
            this.child.kill(signal);
            const timer = setTimeout(() => this.child.kill('SIGKILL'), 20_000);
            await this.ended;
            clearTimeout(timer);
        }
        return this.ended;
    }
}

/** Runs a command to its end, which comes within 60 s or is made. */
export async function run(command, args, options = {}) {
    const daemon = new Daemon(undefined, command, args, options);
    const timer = setTimeout(() => daemon.child.kill('SIGKILL'), 60_000);
    const { code } = await daemon.ended;
    clearTimeout(timer);
    return { code, output: daemon.output };
}

/** Asks until the answer is truthy, and returns it. */
export async function until(what, ask, seconds = 30) {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
        const answer = await ask();
        if (answer) {
            return answer;
        }
        if (Date.now() > deadline) {
            throw new Error(`Not within ${seconds} s: ${typeof what === 'function' ? what() : what}`);
        }
        await sleep(20);
    }
}
