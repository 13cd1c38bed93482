<?php

declare(strict_types=1);

namespace App\Jobs;

use App\Events\OrderShipped;
use Illuminate\Contracts\Queue\ShouldQueue;
use Illuminate\Foundation\Queue\Queueable;

final class ShipOrder implements ShouldQueue
{
    use Queueable;

    public function __construct(private readonly int $order) {}

    public function handle(): void
    {
        OrderShipped::dispatch($this->order, 'job');
    }
}
