<?php

declare(strict_types=1);

use Illuminate\Auth\GenericUser;
use Illuminate\Support\Facades\Broadcast;

Broadcast::channel('orders.{order}', fn (GenericUser $user, int $order): bool => $order < 100);
Broadcast::channel('room', fn (GenericUser $user): array => ['id' => $user->getAuthIdentifier()]);
