-- Mosquitto keeps at most 11 connections to a socket file waiting and the kernel refuses more at once, so that of many
-- clients that come back together some would be turned away. Few at a time go to the broker; the next when one is answered.
local places, answer_ms = 8, 500
local free = core.queue()

core.register_init(function()
  for _ = 1, places do free:push(true) end
end)

core.register_action("take_turn", { "tcp-req", "http-req" }, function(txn)
  free:pop_wait()
  local held = true
  local function leave()
    if held then
      held = false
      free:push(true)
    end
  end
  txn:set_priv(leave)
  -- Somebody who asks for no answer holds the others up no longer than this.
  core.register_task(function()
    core.msleep(answer_ms)
    leave()
  end)
end)

core.register_action("leave", { "tcp-res", "http-res" }, function(txn)
  local leave = txn:get_priv()
  if leave then leave() end
end)
