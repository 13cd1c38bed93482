// What people do in the chat and what they see, and the end of the windows they have.

export async function say({ page }, text) {
    await page.getByLabel('Message', { exact: true }).fill(text);
    await page.getByRole('button', { name: 'Send' }).click();
}

export const shown = ({ page }, text) => page.locator('#messages .text').getByText(text, { exact: true }).waitFor();

/** Ends the browser and bin/serve, as far as they were started and run still. */
export async function end(browser, server) {
    await browser?.close();
    if (server?.child.exitCode === null) {
        server.child.kill('SIGTERM');
        await server.ended;
    }
}
