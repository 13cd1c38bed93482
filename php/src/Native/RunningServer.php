<?php

declare(strict_types=1);

namespace Reverb\Laravel\Native;

use Reverb\Laravel\Exceptions\NotInServer;
use Reverb\Server;

/**
 * The server of this process while it is reverb:start: what its listeners and timers broadcast
 * goes there by a direct call.
 */
final class RunningServer
{
    /** Read for each event: a property, since a method would cost more than the question. */
    public ?Server $server = null;

    /**
     * A child that was forked from the server's process has a copy of this, and no server: there it
     * is forgotten, so that the child does as any other process of the host.
     */
    public function here(): ?Server
    {
        return $this->server = $this->server?->port() === null ? null : $this->server;
    }

    /**
     * @param  string  $for  what needs it: "disconnect one connection"
     *
     * @throws NotInServer in another process
     */
    public function server(string $for): Server
    {
        return $this->here() ?? throw NotInServer::cannot($for);
    }
}
