<?php

declare(strict_types=1);

namespace Reverb\Laravel\Broadcasting;

use Illuminate\Broadcasting\BroadcastException;
use Illuminate\Contracts\Cache\Factory as CacheFactory;
use Illuminate\Contracts\Container\Container;
use Psr\Log\LoggerInterface;
use Reverb\ConnectException;
use Reverb\Laravel\Native\Extension;
use Reverb\Laravel\Native\RunningServer;
use Reverb\Publisher;
use Reverb\Server;

/**
 * Chooses, for each event, the shortest way to the server that the settings allow: the one that runs
 * in this process, whatever they say; the unix socket of the one on this host; or none, which leaves
 * HTTP.
 */
final class Transport
{
    private const PERMISSION_DENIED = 13;

    /** Nanoseconds in which a socket that could not be connected is not tried again. */
    private const PAUSE = 1_000_000_000;

    /** Seconds in which web workers together warn once. */
    private const QUIET = 3_600;

    private static bool $warned = false;

    private ?Publisher $publisher = null;

    private int $pausedUntil = 0;

    public function __construct(
        private readonly Container $app,
        private readonly RunningServer $running,
        private readonly Extension $extension,
        public readonly PublishingWay $way,
    ) {}

    /**
     * @return Server|Publisher|null what publishes; null: HTTP
     *
     * @throws BroadcastException where the socket is the only way and cannot be had
     */
    public function publisher(): Server|Publisher|null
    {
        return $this->running->server ?? $this->publisher ?? $this->connect();
    }

    /**
     * The publisher could not connect: HTTP serves, for a while at least.
     *
     * @throws BroadcastException where it may not
     */
    public function failed(ConnectException $reason): void
    {
        $this->publisher = null;

        if (! $this->way->http) {
            // Tried again with the next event: there is nothing else to send it by.
            throw self::noWay(
                'reverb.servers.reverb.transport is "socket", which leaves no other way ("auto" does), and '.$reason->getMessage(), $reason
            );
        }

        $this->pausedUntil = hrtime(true) + self::PAUSE;

        if ($reason->getCode() === self::PERMISSION_DENIED && $this->firstRefusal()) {
            // Who may not open the socket may not be allowed to write the log either: no reason for an
            // event to fail.
            rescue(fn () => $this->app->make(LoggerInterface::class)->warning(
                "This process may not open the Reverb server's socket, so events go over HTTP. Run it as the user or in the "
                .'group that runs reverb:start, or change reverb.servers.reverb.socket_mode.',
                ['socket' => $this->way->socket, 'error' => $reason->getMessage()],
            ), report: false);
        }
    }

    private function connect(): ?Publisher
    {
        $socket = $this->way->socket;

        if ($socket === null && ! $this->way->http) {
            throw self::noWay($this->way->obstacle);
        }

        if ($socket === null || hrtime(true) < $this->pausedUntil) {
            return null;
        }

        $publisher = $this->extension->publisher($socket);

        try {
            $publisher->connect();
        } catch (ConnectException $e) {
            $this->failed($e);

            return null;
        }

        return $this->publisher = $publisher;
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
            fn (): bool => $this->app->make(CacheFactory::class)->store()
                ->add("reverb:socket-refused:{$this->way->socket}", true, self::QUIET),
            true,
            report: false,
        );
    }
}
