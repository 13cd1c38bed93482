<?php

declare(strict_types=1);

namespace Laravel\Reverb\Contracts;

/**
 * Gets the lines that the server logs while it runs: an application binds one of its own to have
 * them somewhere.
 */
interface Logger
{
    /**
     * What happened, and to whom or why.
     */
    public function info(string $title, ?string $message = null): void;

    public function error(string $message): void;

    /**
     * A message of a client's, or one to clients, as it is on the wire: JSON.
     */
    public function message(string $message): void;

    /**
     * Empty lines.
     */
    public function line(int $lines = 1): void;
}
