@extends('layout')

@section('title', $name)

@push('scripts')
    @vite(['resources/js/app.js'])
@endpush

@section('content')
    <header>
        <h1>Chat</h1>
        <p id="state" class="state" role="status" data-state="connecting">Connecting …</p>
        <form method="post" action="/leave">
            @csrf
            <button class="quiet" title="Leave the chat">{{ $name }} · leave</button>
        </form>
    </header>

    <ol id="messages" aria-live="polite" aria-label="Messages"></ol>

    <p id="typing" class="typing" aria-live="polite"></p>

    <form id="say" data-name="{{ $name }}">
        <input id="text" name="text" maxlength="1000" required autofocus autocomplete="off"
               placeholder="Message" aria-label="Message">
        <button>Send</button>
    </form>
@endsection
