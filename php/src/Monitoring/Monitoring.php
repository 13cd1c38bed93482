<?php

declare(strict_types=1);

namespace Reverb\Laravel\Monitoring;

use Illuminate\Contracts\Container\Container;
use Illuminate\Contracts\Events\Dispatcher;
use Laravel\Pulse\Pulse;
use Laravel\Telescope\Contracts\EntriesRepository;
use Laravel\Telescope\Telescope;
use Reverb\Laravel\Config\ServerConfiguration;
use Reverb\Laravel\Events\MessagesCounted;
use Reverb\Laravel\Events\ServerStopping;
use Reverb\Laravel\Hooks\Listeners;
use Reverb\Laravel\Server\Scope;
use Reverb\Server;

/**
 * What a running server does now and then for those who watch it: warn of dropped events, count
 * messages, and give Pulse and Telescope, where they are installed, the time to store.
 */
final class Monitoring
{
    public function __construct(
        private readonly Container $app,
        private readonly Dispatcher $events,
        private readonly Listeners $listeners,
        private readonly DroppedCalls $dropped,
        private readonly MessageCounter $messages,
        private readonly Scope $scope,
    ) {}

    public function watch(Server $server, ServerConfiguration $configuration): void
    {
        $this->dropped->watch($server);

        if ($this->listeners->exist(MessagesCounted::class)) {
            $this->countMessages($server, $configuration->pulseIngestInterval);
        }

        if ($this->app->bound(Pulse::class)) {
            $server->every($configuration->pulseIngestInterval, fn () => $this->app->make(Pulse::class)->ingest());
        }

        if ($this->app->bound(EntriesRepository::class)) {
            $server->every($configuration->telescopeIngestInterval, function (): void {
                Telescope::store($this->app->make(EntriesRepository::class));
            });
        }
    }

    private function countMessages(Server $server, int $seconds): void
    {
        $count = function () use ($server): void {
            /** @var array<string, array{messages_received: int, messages_sent: int}> $applications */
            $applications = $server->stats()['applications'];
            $this->scope->during(fn () => $this->messages->count($applications));
        };

        $server->every($seconds, $count);
        $this->events->listen(ServerStopping::class, $count);
    }
}
