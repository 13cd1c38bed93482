<?php

declare(strict_types=1);

namespace Laravel\Reverb\Contracts;

use Laravel\Reverb\Application;

/**
 * A client's connection, as listeners of the server's events get it.
 */
abstract class Connection
{
    /** The opcode of a WebSocket ping. */
    protected const PING = '9';

    /** Unix time of the last sign of life that this object knows of. */
    protected ?int $lastSeenAt = null;

    protected bool $hasBeenPinged = false;

    protected bool $usesControlFrames = false;

    abstract public function identifier(): string;

    /**
     * The socket id.
     */
    abstract public function id(): string;

    /**
     * Sends a text frame.
     */
    abstract public function send(string $message): void;

    /**
     * Sends what a control frame of this opcode is for.
     */
    abstract public function control(string $type = self::PING): void;

    abstract public function terminate(): void;

    /**
     * The application that the client connected to.
     */
    abstract public function app(): Application;

    /**
     * The Origin header of the handshake.
     */
    abstract public function origin(): ?string;

    public function disconnect(): void
    {
        $this->terminate();
    }

    public function ping(): void
    {
        $this->hasBeenPinged = true;
    }

    public function pong(): void
    {
        $this->hasBeenPinged = false;
    }

    public function lastSeenAt(): ?int
    {
        return $this->lastSeenAt;
    }

    public function setLastSeenAt(int $time): self
    {
        $this->lastSeenAt = $time;

        return $this;
    }

    public function touch(): self
    {
        $this->pong();

        return $this->setLastSeenAt(time());
    }

    /**
     * Whether it was seen within the application's ping interval.
     */
    public function isActive(): bool
    {
        return time() < (int) $this->lastSeenAt + $this->app()->pingInterval();
    }

    public function isInactive(): bool
    {
        return ! $this->isActive();
    }

    /**
     * Whether it has not answered a ping.
     */
    public function isStale(): bool
    {
        return $this->hasBeenPinged && $this->isInactive();
    }

    public function usesControlFrames(): bool
    {
        return $this->usesControlFrames;
    }

    public function setUsesControlFrames(bool $usesControlFrames = true): self
    {
        $this->usesControlFrames = $usesControlFrames;

        return $this;
    }
}
