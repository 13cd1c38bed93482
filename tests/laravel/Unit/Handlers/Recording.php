<?php

declare(strict_types=1);

namespace Reverb\Laravel\Tests\Unit\Handlers;

use ArrayObject;
use Reverb\Laravel\ClientEvents\ClientEvent;

/**
 * Notes which of its methods was called, and the room.
 */
class Recording
{
    /**
     * @param  ArrayObject<int, mixed>  $got
     */
    public function __construct(
        protected readonly ArrayObject $got,
    ) {}

    public function handle(ClientEvent $event, string $room): void
    {
        $this->got->append([__FUNCTION__, $room]);
    }

    public function typing(string $room): void
    {
        $this->got->append([__FUNCTION__, $room]);
    }
}
