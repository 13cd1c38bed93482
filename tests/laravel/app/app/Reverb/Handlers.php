<?php

declare(strict_types=1);

namespace App\Reverb;

use App\Events\Queued;
use App\Events\Sent;
use App\Listeners\Recorder;
use App\Models\Tenant;
use Illuminate\Contracts\Foundation\Application;
use Illuminate\Support\Facades\Broadcast;
use Reverb\Laravel\ClientEvents\ClientEvent;
use Reverb\Laravel\Facades\Reverb;
use Reverb\Laravel\Native\RunningServer;
use Reverb\Laravel\Server\Timer;
use RuntimeException;
use Throwable;

/**
 * What an application may do in a handler of client events, a method each.
 */
final class Handlers
{
    public function __construct(
        private readonly Application $app,
    ) {}

    public function reply(ClientEvent $event, string $room): void
    {
        $event->reply('answer', [
            'event' => $event->event,
            'channel' => $event->channel,
            'room' => $room,
            'data' => $event->data,
            'user' => $event->userId,
            'socket' => $event->socketId(),
            'app' => $event->app()->id(),
            'environment' => $this->app->environment(),
        ]);
    }

    public function tenant(ClientEvent $event, Tenant $tenant): void
    {
        $event->reply('answer', ['tenant' => $tenant->getKey(), 'key' => $tenant->key]);
    }

    public function validate(ClientEvent $event): void
    {
        $event->reply('valid', $event->validate(['text' => ['required', 'string', 'max:5']]));
    }

    public function sleep(ClientEvent $event): void
    {
        sleep(2);
        $event->reply('answer');
    }

    public function sleepLong(): void
    {
        static $first = true;

        if ($first) {
            $first = false;
            sleep(6);
        }
    }

    public function fail(): void
    {
        throw new RuntimeException('The handler threw.');
    }

    public function toOthers(): void
    {
        broadcast(new Sent(['private-room'], 'others'))->toOthers();
    }

    public function toOthersQueued(): void
    {
        broadcast(new Queued(['private-room'], 'others'))->toOthers();
    }

    public function toAll(): void
    {
        event(new Sent(['private-room'], 'all'));
    }

    public function channel(ClientEvent $event): void
    {
        $event->broadcast('to-all', ['by' => $event->socketId()]);
        $event->broadcastToOthers('to-others', ['by' => $event->socketId()]);
    }

    public function channels(ClientEvent $event): void
    {
        event(new Sent($event->get('channels'), 'several'));
    }

    public function encrypted(): void
    {
        event(new Sent(['private-encrypted-room'], 'secret'));
    }

    /** By a connection of another application of the server's. */
    public function otherApplication(): void
    {
        Broadcast::connection('two')->broadcast(['private-room'], 'from-one', ['text' => 'hello']);
    }

    public function info(ClientEvent $event, RunningServer $running): void
    {
        $server = $running->server('publish');

        $event->reply('info', $server->publish('app-id', ['private-room', 'presence-room'], 'counted', '{}', $event->socketId(), 'subscription_count,user_count'));
    }

    /** By HTTP, to the server that it runs in. */
    public function http(ClientEvent $event): void
    {
        $event->reply('http', ['channels' => array_keys((array) Broadcast::connection()->getPusher()->getChannels()->channels)]);
    }

    /** Broadcasts from a child of the server's process, and again from the process itself. */
    public function forks(ClientEvent $event): void
    {
        $child = pcntl_fork();

        if ($child === 0) {
            try {
                event(new Sent(['private-room'], 'by the child'));
                $event->reply('answer');
            } catch (Throwable $e) {
                Recorder::write(['event' => 'refused', 'class' => $e::class, 'message' => $e->getMessage()]);
            }

            // Nothing of the server's own is to run in the child.
            posix_kill(posix_getpid(), SIGKILL);
        }

        pcntl_waitpid($child, $status);
        event(new Sent(['private-room'], 'by the parent'));
    }

    public function registers(ClientEvent $event): void
    {
        Reverb::on('client-later', 'private-*', fn (ClientEvent $later) => $later->reply('answer', ['to' => $later->event]));
        Reverb::every(0.05, function (Timer $timer) use ($event): void {
            $timer->cancel();
            $event->reply('tick');
        });
    }

    public function leak(ClientEvent $event): void
    {
        $seen = $this->app->make('test.scoped');
        $seen->count = ($seen->count ?? 0) + 1;
        $event->reply('answer', ['seen' => $seen->count]);
    }
}
