<?php

declare(strict_types=1);

namespace Reverb\Laravel\Broadcasting;

use Illuminate\Broadcasting\BroadcastException;
use Illuminate\Container\Container;
use Illuminate\Contracts\Cache\Factory as CacheFactory;
use Psr\Log\LoggerInterface;
use Reverb\ConnectException;
use Reverb\Laravel\Native\Extension;
use Reverb\Laravel\Native\RunningServer;
use Reverb\Publisher;
use Reverb\Server;

/**
 * Chooses, for each event, the shortest way to the server that the settings allow: the one that runs
 * in this process, whatever they say; the unix socket of the one on this host; Redis, which several
 * servers share; or none, which leaves HTTP.
 */
final class Transport
{
    private const PERMISSION_DENIED = 13;

    /** Nanoseconds in which what could not be connected is not tried again. */
    private const PAUSE = 1_000_000_000;

    /** Seconds in which web workers together warn once. */
    private const QUIET = 3_600;

    private static bool $warned = false;

    /** By the socket, once it is open. */
    private ?Publisher $publisher = null;

    private ?Publisher $redis = null;

    private int $socketPausedUntil = 0;

    private int $redisPausedUntil = 0;

    public function __construct(
        private readonly RunningServer $running,
        private readonly Extension $extension,
        public readonly PublishingWay $way,
    ) {}

    /**
     * @return Server|Publisher|null what publishes; null: HTTP
     *
     * @throws BroadcastException where no way is left
     */
    public function publisher(): Server|Publisher|null
    {
        return $this->running->server ?? $this->publisher ?? $this->connect();
    }

    /**
     * It could not connect: the next way serves, for a while at least.
     *
     * @throws BroadcastException where there is none
     */
    public function failed(Server|Publisher $publisher, ConnectException $reason): void
    {
        $publisher === $this->redis ? $this->redisFailed($reason) : $this->socketFailed($reason);
    }

    /**
     * Whether it was the server of the process that this one was forked from: another way serves here.
     */
    public function ofParent(Server|Publisher $publisher): bool
    {
        return $publisher instanceof Server && $this->running->here() === null;
    }

    /**
     * A server that comes up later is found, whatever serves until then.
     */
    private function connect(): ?Publisher
    {
        $publisher = $this->bySocket() ?? $this->byRedis();

        return $publisher === null && ! $this->way->http ? throw self::noWay($this->way->obstacle) : $publisher;
    }

    private function bySocket(): ?Publisher
    {
        if ($this->way->socket === null || hrtime(true) < $this->socketPausedUntil) {
            return null;
        }

        $publisher = $this->extension->publisher($this->way->socket);

        try {
            $publisher->connect();
        } catch (ConnectException $e) {
            $this->socketFailed($e);

            return null;
        }

        return $this->publisher = $publisher;
    }

    private function byRedis(): ?Publisher
    {
        if ($this->way->redis === null || hrtime(true) < $this->redisPausedUntil) {
            return null;
        }

        $this->redis ??= $this->extension->redisPublisher($this->way->redis);

        try {
            $this->redis->connect();
        } catch (ConnectException $e) {
            $this->redisFailed($e);

            return null;
        }

        return $this->redis;
    }

    private function socketFailed(ConnectException $reason): void
    {
        $this->publisher = null;

        if (! $this->way->http && $this->way->redis === null) {
            // Tried again with the next event: there is nothing else to send it by.
            throw self::noOtherWay('socket', $reason);
        }

        $this->socketPausedUntil = hrtime(true) + self::PAUSE;

        if ($reason->getCode() === self::PERMISSION_DENIED && $this->firstRefusal()) {
            $instead = $this->way->redis === null ? 'HTTP' : 'Redis';

            // Who may not open the socket may not be allowed to write the log either: no reason for an
            // event to fail.
            rescue(fn () => self::make(LoggerInterface::class)->warning(
                "This process may not open the Reverb server's socket, so events go over {$instead}. Run it as the user or in the "
                .'group that runs reverb:start, or change reverb.servers.reverb.socket_mode.',
                ['socket' => $this->way->socket, 'error' => $reason->getMessage()],
            ), report: false);
        }
    }

    private function redisFailed(ConnectException $reason): void
    {
        if (! $this->way->http) {
            throw self::noOtherWay('redis', $reason);
        }

        $this->redisPausedUntil = hrtime(true) + self::PAUSE;
    }

    private static function noOtherWay(string $transport, ConnectException $reason): BroadcastException
    {
        return self::noWay(
            "reverb.servers.reverb.transport is \"{$transport}\", which leaves no other way (\"auto\" does), and {$reason->getMessage()}", $reason
        );
    }

    private static function noWay(string $reason, ?ConnectException $previous = null): BroadcastException
    {
        return new BroadcastException("The event was not sent: {$reason}", 0, $previous);
    }

    /**
     * The workers of a web server forget their variables with each request; the cache remembers.
     */
    private function firstRefusal(): bool
    {
        if (self::$warned) {
            return false;
        }

        self::$warned = true;

        return PHP_SAPI === 'cli' || rescue(
            fn (): bool => self::make(CacheFactory::class)->store()
                ->add("reverb:socket-refused:{$this->way->socket}", true, self::QUIET),
            true,
            report: false,
        );
    }

    /**
     * By the application of this moment: under Octane each request has its own, which may be emptied
     * before this object goes.
     *
     * @template T of object
     *
     * @param  class-string<T>  $class
     * @return T
     */
    private static function make(string $class): object
    {
        return Container::getInstance()->make($class);
    }
}
