@extends('layout')

@section('content')
    <form class="enter" method="post" action="/enter">
        @csrf
        <h1>Chat</h1>
        <p>Two windows, one private channel. Open this page in each and give yourself a name.</p>
        <label for="name">Name</label>
        <input id="name" name="name" maxlength="30" required autofocus autocomplete="off" value="{{ old('name') }}">
        @error('name')
            <p class="wrong" role="alert">{{ $message }}</p>
        @enderror
        <button>Enter</button>
    </form>
@endsection
