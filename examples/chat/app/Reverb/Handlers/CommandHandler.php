<?php

declare(strict_types=1);

namespace App\Reverb\Handlers;

use Illuminate\Support\Carbon;
use Reverb\Laravel\ClientEvents\ClientEvent;

/**
 * Answers whoever writes a command, and nobody else.
 */
final class CommandHandler
{
    public function handle(ClientEvent $event): void
    {
        $event->reply('answer', ['text' => match ($event->get('text')) {
            '/time' => 'It is '.Carbon::now()->format('H:i:s e').'.',
            default => 'Commands: /help, /time',
        }]);
    }
}
