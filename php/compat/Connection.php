<?php

declare(strict_types=1);

namespace Laravel\Reverb;

use Illuminate\Container\Container;
use Laravel\Reverb\Contracts\Connection as ConnectionContract;
use Laravel\Reverb\Exceptions\InvalidApplication;
use LogicException;
use Reverb\Laravel\Applications\KnownApplications;
use Reverb\Laravel\Exceptions\NotInServer;
use Reverb\Laravel\Native\RunningServer;

/**
 * A handle of a connection that the native server has: its id and what was known of it when the
 * event happened. It goes through queues; what needs the server works in the server's process only.
 */
class Connection extends ConnectionContract
{
    private const CLOSE = '8';

    public function __construct(
        private string $id,
        private string $appId,
        private ?string $origin = null,
        ?int $lastSeenAt = null,
    ) {
        $this->lastSeenAt = $lastSeenAt ?? time();
    }

    /**
     * Without the application, whose secret has no place in a queue.
     *
     * @return array{id: string, app_id: string, origin: ?string, last_seen_at: ?int, pinged: bool}
     */
    public function __serialize(): array
    {
        return [
            'id' => $this->id,
            'app_id' => $this->appId,
            'origin' => $this->origin,
            'last_seen_at' => $this->lastSeenAt,
            'pinged' => $this->hasBeenPinged,
        ];
    }

    /**
     * @param  array{id: string, app_id: string, origin: ?string, last_seen_at: ?int, pinged: bool}  $values
     */
    public function __unserialize(array $values): void
    {
        $this->id = $values['id'];
        $this->appId = $values['app_id'];
        $this->origin = $values['origin'];
        $this->lastSeenAt = $values['last_seen_at'];
        $this->hasBeenPinged = $values['pinged'];
    }

    public function id(): string
    {
        return $this->id;
    }

    public function identifier(): string
    {
        return $this->id;
    }

    public function appId(): string
    {
        return $this->appId;
    }

    /**
     * @throws InvalidApplication when there is none of this id any more
     */
    public function app(): Application
    {
        return Container::getInstance()->make(KnownApplications::class)->find($this->appId);
    }

    public function origin(): ?string
    {
        return $this->origin;
    }

    /**
     * Queues a text frame, as it is; nothing happens when the connection is gone.
     *
     * @throws NotInServer in another process than reverb:start
     */
    public function send(string $message): void
    {
        $this->running()->server('send to one connection')->send($this->id, $message);
    }

    /**
     * Pings in the words of the Pusher protocol, which every client answers, or disconnects. The
     * server pings by itself.
     *
     * @throws NotInServer in another process than reverb:start
     */
    public function control(string $type = self::PING): void
    {
        match ($type) {
            self::PING => $this->send('{"event":"pusher:ping"}'),
            self::CLOSE => $this->disconnect(),
            default => throw new LogicException("A connection sends no control frames of opcode {$type}, only 9 (ping) and 8 (close)."),
        };
    }

    public function terminate(): void
    {
        $this->disconnect();
    }

    /**
     * Ends the connection after what was sent to it, with a close frame; nothing happens when it is
     * gone. After 1000 clients connect again, after 4000 to 4099 they do not.
     *
     * @throws NotInServer in another process than reverb:start
     */
    public function disconnect(int $code = 1000, string $reason = ''): void
    {
        $this->running()->server('disconnect one connection')->disconnect($this->id, $code, $reason);
    }

    private function running(): RunningServer
    {
        return Container::getInstance()->make(RunningServer::class);
    }
}
