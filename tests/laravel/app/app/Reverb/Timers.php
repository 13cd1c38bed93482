<?php

declare(strict_types=1);

namespace App\Reverb;

use App\Events\Sent;
use App\Listeners\Recorder;
use Reverb\Laravel\ClientEvents\ClientEvent;
use Reverb\Laravel\Facades\Reverb;
use Reverb\Laravel\Server\Timer;
use RuntimeException;

/**
 * What an application may let the server do again and again, a method each.
 */
final class Timers
{
    private static int $calls = 0;

    public function tick(): void
    {
        event(new Sent(['ticks'], (string) ++self::$calls));
    }

    public function thrice(Timer $timer): void
    {
        if (++self::$calls === 3) {
            $timer->cancel();
        }

        event(new Sent(['ticks'], (string) self::$calls));
    }

    public function fail(): void
    {
        event(new Sent(['ticks'], (string) ++self::$calls));

        throw new RuntimeException('The timer threw.');
    }

    public function slow(): void
    {
        Recorder::write(['event' => 'begins']);
        usleep(150_000);
        Recorder::write(['event' => 'ends']);
    }

    public function registers(Timer $timer): void
    {
        $timer->cancel();
        Reverb::on('client-later', 'private-room', fn (ClientEvent $event) => $event->reply('answer'));
        event(new Sent(['private-room'], 'registered'));
    }
}
