import { showMessage, showState, showTyping } from './page.js';
import echo from './echo.js';

const form = document.querySelector('#say');
const input = document.querySelector('#text');
const me = form.dataset.name;

const channel = echo
    .private('chat')
    .listen('MessageSent', ({ name, text }) => {
        showTyping(null);
        showMessage(name, text);
    })
    .listenForWhisper('typing', ({ name }) => showTyping(name))
    .listen('.answer', ({ text }) => showMessage('Server', text))
    .error(() => showState('refused'));

// "connected" is not enough: until the channel is subscribed, nothing would arrive.
channel.subscribed(() => showState('connected'));

let wasConnected = false;
echo.connector.pusher.connection.bind('state_change', ({ current }) => {
    wasConnected ||= current === 'connected';
    if (current !== 'connected') {
        showState(wasConnected ? 'reconnecting' : 'connecting');
    }
});

// One whisper every second at most, however fast somebody types.
let whispered = 0;
input.addEventListener('input', () => {
    const now = Date.now();
    if (now - whispered > 1000) {
        whispered = now;
        channel.whisper('typing', { name: me });
    }
});

form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === '') {
        return;
    }
    input.value = '';
    whispered = 0;
    const message = showMessage(me, text, true);
    // A command is for the server itself: app/Reverb/Handlers/CommandHandler.php.
    if (text.startsWith('/')) {
        channel.whisper('command', { text });
        return;
    }
    try {
        const response = await fetch('/messages', {
            method: 'POST',
            headers: {
                'Accept': 'application/json',
                'Content-Type': 'application/json',
                'X-CSRF-TOKEN': document.querySelector('meta[name="csrf-token"]').content,
                ...(echo.socketId() && { 'X-Socket-ID': echo.socketId() }),
            },
            body: JSON.stringify({ text }),
        });
        if (!response.ok) {
            throw new Error(`${response.status} ${response.statusText}`);
        }
    } catch (error) {
        message.classList.add('failed');
        message.title = `Not sent: ${error.message}`;
    }
});
