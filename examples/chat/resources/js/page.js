const messages = document.querySelector('#messages');
const state = document.querySelector('#state');
const typing = document.querySelector('#typing');

const states = {
    connecting: 'Connecting …',
    connected: 'Connected',
    reconnecting: 'Reconnecting …',
    refused: 'Not allowed here',
};

export function showState(name) {
    state.dataset.state = name;
    state.textContent = states[name];
}

export function showMessage(name, text, mine = false) {
    const item = document.createElement('li');
    const time = new Date().toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
    item.className = mine ? 'mine' : 'theirs';
    item.append(part('span', 'name', name), part('span', 'text', text), part('time', '', time));
    messages.append(item);
    messages.scrollTop = messages.scrollHeight;

    return item;
}

let quiet;

// Whoever types whispers every second: two seconds of silence mean that they stopped.
export function showTyping(name) {
    clearTimeout(quiet);
    typing.textContent = name === null ? '' : `${name} is typing …`;
    if (name !== null) {
        quiet = setTimeout(() => showTyping(null), 2000);
    }
}

function part(tag, className, text) {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;

    return element;
}
