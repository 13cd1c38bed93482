<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit\Handlers;

use Illuminate\Contracts\Queue\ShouldBeEncrypted;
use Illuminate\Contracts\Queue\ShouldQueueAfterCommit;
use Reverb\Laravel\ClientEvents\ClientEvent;
use Throwable;

/**
 * Says all that a queued handler can say.
 */
final class Queued extends Recording implements ShouldBeEncrypted, ShouldQueueAfterCommit
{
    public string $connection = 'redis';

    public int $delay = 30;

    public int $tries = 3;

    public int $maxExceptions = 2;

    public int $timeout = 10;

    public bool $failOnTimeout = true;

    /** @var list<string> */
    public array $middleware = ['by the property'];

    public function shouldQueue(ClientEvent $event): bool
    {
        // Of what it was made with: it is asked as it will be called.
        return count($this->got) === 0 && $event->get('skip') !== true;
    }

    /**
     * @return list<string>
     */
    public function middleware(ClientEvent $event): array
    {
        return ['by the method'];
    }

    public function viaQueue(ClientEvent $event): string
    {
        return "room-{$event->parameters['room']}";
    }

    /**
     * @return list<int>
     */
    public function backoff(): array
    {
        return [5, 50];
    }

    public function failed(ClientEvent $event, Throwable $e): void
    {
        $this->got->append([__FUNCTION__, $event->event, $event->get('text'), $event->socketId(), $event->connection->appId(), $e->getMessage()]);
    }
}
