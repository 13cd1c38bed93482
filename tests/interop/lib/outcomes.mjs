// A reporter for node --test: one line of JSON for each case, with the error where it has failed.
// Two servers are compared by the outcomes of the same cases.
import { basename } from 'node:path';

const words = (error) => (error?.cause?.message ?? error?.message ?? String(error)).trim();

export default async function* outcomes(source) {
    for await (const { type, data } of source) {
        if ((type !== 'test:pass' && type !== 'test:fail') || data.file === undefined || data.name === data.file) {
            continue;
        }
        const outcome = { file: basename(data.file), name: data.name, passed: type === 'test:pass' };
        if (!outcome.passed) {
            outcome.error = words(data.details.error);
        }
        yield `${JSON.stringify(outcome)}\n`;
    }
}
