<?php

declare(strict_types=1);

namespace App\Http\Controllers;

use App\Events\OrderQueued;
use App\Events\OrderShipped;
use App\Jobs\ShipOrder;

final class OrderController
{
    public function ship(int $order): string
    {
        broadcast(new OrderShipped($order, 'controller'))->toOthers();

        return 'shipped';
    }

    public function queue(int $order): string
    {
        OrderQueued::dispatch($order);
        ShipOrder::dispatch($order);

        return 'queued';
    }
}
