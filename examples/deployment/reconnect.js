/**
 * Where an attempt to connect fails at once, pusher-js waits 15 s before the next. This asks again
 * after 3 to 5 s, and then less and less often.
 */
export function reconnectSooner(pusher) {
    let wait = 4_000;
    let timer;

    pusher.connection.bind('state_change', ({ current }) => {
        // "unavailable" is what "connecting" is called after 10 s.
        if (current === 'unavailable') {
            return;
        }

        clearTimeout(timer);

        if (current === 'connected') {
            wait = 4_000;
        } else if (current === 'connecting') {
            // Not everybody at the same moment.
            timer = setTimeout(() => {
                wait = Math.min(wait * 1.5, 15_000);
                pusher.disconnect();
                pusher.connect();
            }, wait * (0.75 + Math.random() / 2));
        }
    });
}
