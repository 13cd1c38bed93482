<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Events\MessageSent;
use Illuminate\Contracts\View\View;
use Illuminate\Http\RedirectResponse;
use Illuminate\Http\Request;
use Illuminate\Http\Response;

final class ChatController
{
    public function show(Request $request): View
    {
        return $request->user() === null
            ? view('enter')
            : view('chat', ['name' => $request->user()->name]);
    }

    public function enter(Request $request): RedirectResponse
    {
        /** @var array{name: string} $entry */
        $entry = $request->validate(['name' => ['required', 'string', 'max:30']]);
        $request->session()->regenerate();
        $request->session()->put('name', $entry['name']);

        return redirect('/');
    }

    public function leave(Request $request): RedirectResponse
    {
        $request->session()->invalidate();

        return redirect('/');
    }

    public function say(Request $request): Response
    {
        /** @var array{text: string} $message */
        $message = $request->validate(['text' => ['required', 'string', 'max:1000']]);

        // The window it was written in shows it at once, so only the others need it.
        broadcast(new MessageSent($request->user()->name, $message['text']))->toOthers();

        return response()->noContent();
    }
}
