<?php

declare(strict_types=1);

namespace Laravel\Reverb\Protocols\Pusher\Channels;

/**
 * A channel that keeps its last event for who subscribes later.
 */
class CacheChannel extends Channel {}
