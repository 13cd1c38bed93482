<?php

declare(strict_types=1);

use App\Visitor;
use Illuminate\Support\Facades\Broadcast;

// Whoever gave a name may listen. /broadcasting/auth asks this when Echo subscribes.
Broadcast::channel('chat', fn (Visitor $visitor): bool => true);
