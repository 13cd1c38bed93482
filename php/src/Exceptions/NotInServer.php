<?php

declare(strict_types=1);

namespace Reverb\Laravel\Exceptions;

use LogicException;

/**
 * Something that only code in the server's own process can do was asked for elsewhere.
 */
final class NotInServer extends LogicException
{
    public static function cannot(string $do): self
    {
        return new self(
            "Only the process of reverb:start can {$do}, and only while it serves. A listener or a handler that does so must not be queued; "
            .'other processes can broadcast to a channel, such as a private one of the user.'
        );
    }
}
